/** A page that computes the scene of a loss on an executor, for a test to compare. */
import type { BackendId } from "../../../src/index.ts";
import { computeScene, SCENES } from "../../support/loss-scenes.ts";

function run(mode: BackendId, name: string, channels: number): ReturnType<typeof computeScene> {
  const [, , one] = SCENES.find(([loss, count]) => loss === name && count === channels) ?? [];
  if (one === undefined) throw new Error(`no scene of ${name} on ${channels} channels`);
  return computeScene(mode, one, channels);
}

Object.assign(globalThis, { run });
