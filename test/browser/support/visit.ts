/** A page being visited: what it said of errors, and what it failed to load, is kept for the test to look at. */
import type { Browser, Page } from "playwright-core";

export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught exceptions, failed and refused requests. */
  readonly complaints: string[];
  /** Warnings and such on the console. */
  readonly remarks: string[];
  /** Addresses of all that it asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function visit(browser: Browser, address: string, width = 1280): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  // Shared machines are slow at times; what is waited for comes, or never.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const [complaints, remarks, requests]: string[][] = [[], [], []];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
    else if (message.type() !== "log") remarks.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // A sandbox that is taken away, as each is in the end, may not have read its page or its script yet.
    const isSandbox = /^blob:null\/|\/sandbox\.html$/.test(request.url());
    if (why !== "net::ERR_ABORTED" || !isSandbox) complaints.push(`${request.url()}: ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  return { page, complaints, remarks, requests, close: () => context.close() };
}
