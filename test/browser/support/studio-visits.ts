/** A suite's studio and browser: started before its tests, ended after them. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "./launch.ts";
import { type Studio, startStudio } from "./studio.ts";
import { type Visit, visit } from "./visit.ts";

export interface StudioVisits {
  /** Where the studio is, without what follows `#`. */
  readonly address: string;
  /** Opens it at what follows its address. */
  open(hash: string, width?: number): Promise<Visit>;
}

/** @param gpu - a software GPU, for executors that need one; pages are drawn faster without */
export function studioVisits({ gpu }: { readonly gpu: boolean }): StudioVisits {
  let studio: Studio;
  let browser: Browser;
  beforeAll(async () => {
    [studio, browser] = await Promise.all([startStudio(), launch({ gpu })]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
  });
  return {
    get address() {
      return studio.address;
    },
    open: (hash, width) => visit(browser, `${studio.address}${hash}`, width),
  };
}
