/** The library in a page as its users have it: minified, under policies, on a GPU that goes away. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, withChromium } from "./support/chromium.ts";
import { ISOLATED, type Site, STRICT, startSite } from "./support/site.ts";
import { visit } from "./support/visit.ts";

/** Dice of four pixels, and its gradient. */
const USE = `
  import * as segtape from "/segtape/index.js";
  const { diceLoss, evaluate, setBackend, tensor, valueAndGrad } = segtape;
  const p = tensor([0.9, 0.4, 0.6, 0.1], [1, 1, 2, 2]);
  const g = tensor([1, 0, 1, 0], [1, 1, 2, 2]);
  const dice = async () => {
    const { value, grad } = valueAndGrad((x) => diceLoss(x, g, { input: "probabilities" }))(p);
    await evaluate(value, grad);
    return [await value.item(), ...(await grad.data())];
  };
  const sort = () => tensor([2, 1, 3]).argsort().data();
  const convolve = () => tensor([1, 2, 3, 4], [1, 1, 2, 2]).conv2d(tensor([2], [1, 1, 1, 1])).data();
  const said = async (work) => {
    try { await work(); return "nothing"; } catch (error) { return error.name + ": " + error.message; }
  };
  Object.assign(globalThis, segtape, { dice, sort, convolve, said });
`;
/** By hand: value 1 - (2 * 1.5 + 1) / (2 + 2 + 1); slope (D - 2 g) / 5. */
const VALUE = 0.2;
const SLOPE = [-0.24, 0.16, -0.24, 0.16];

declare const dice: () => Promise<number[]>;
declare const sort: () => Promise<unknown>;
declare const convolve: () => Promise<unknown>;
declare const said: (work: () => Promise<unknown>) => Promise<string>;
declare const setBackend: (id: string, options?: object) => Promise<void>;
declare const backends: () => Promise<
  { id: string; available: boolean; reason: string; device: string; isDefault: boolean }[]
>;
/** What the pages below leave where tests find it. */
declare const lose: () => void;
declare const alive: () => number;

function expectDice([value, ...slope]: readonly number[]): void {
  expect(value).toBeCloseTo(VALUE, 5);
  slope.forEach((one, i) => {
    expect(one).toBeCloseTo(SLOPE[i], 5);
  });
}

withChromium("the library", () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await startSite();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const open = async (script = USE, headers = {}) => visit(browser, site.page(script, headers));

  test("auto takes wasm where the GPU is software, without loading gpu.js", async () => {
    const { page, complaints, close } = await open();
    const before = site.requests.length;
    expectDice(await page.evaluate(() => dice()));
    expect(site.requests.slice(before).join(" ")).not.toMatch(/gpu-browser/);
    const found = await page.evaluate(() => backends().then((all) => all.find(({ isDefault }) => isDefault)));
    expect(found?.id).toBe("wasm");
    expect(complaints).toEqual([]);
    await close();
  });

  test("gpu.js comes with the first GPU mode, convolutions and sorting with their first use", async () => {
    const before = site.requests.length;
    const { page, close } = await open();
    const since = () => site.requests.slice(before).join(" ");
    await page.evaluate(() => setBackend("wasm").then(dice));
    expect(since()).not.toMatch(/gpu-browser|convolution|order/);
    await page.evaluate(() => sort());
    expect(since()).toMatch(/order/);
    await page.evaluate(() => convolve());
    expect(since()).toMatch(/convolution/);
    expect(since()).not.toMatch(/gpu-browser/);
    await page.evaluate(() => setBackend("webgl2").then(dice));
    expect(since()).toMatch(/gpu-browser/);
    await close();
  });

  test.each([
    ["alone", {}, "1 thread"],
    ["isolated", ISOLATED, "2 threads"],
  ])("wasm under the strictest policy, %s", async (_title, headers, threads) => {
    const { page, complaints, close } = await open(USE, { ...headers, ...STRICT });
    const threaded = threads === "2 threads";
    expectDice(
      await page.evaluate((count) => setBackend("wasm", count ? { threads: 2 } : {}).then(dice), threaded),
    );
    const device = await page.evaluate(() =>
      backends().then((all) => all.find(({ isDefault }) => isDefault)?.device),
    );
    expect(device).toContain(threaded ? "threads" : "1 thread");
    expect(complaints).toEqual([]);
    await close();
  });

  test("asking for threads that cannot be shared is refused", async () => {
    const { page, close } = await open();
    const message = await page.evaluate(() => said(() => setBackend("wasm", { threads: 2 })));
    expect(message).toMatch(/cross-origin isolated/);
    await close();
  });

  test("backends tells what runs, and why the rest does not", async () => {
    const { page, close } = await open();
    const all = await page.evaluate(() => backends());
    const working = all.filter(({ available }) => available).map(({ id }) => id);
    expect(working.sort()).toEqual(["cpu", "reference", "wasm", "webasm", "webgl2", "webgpu"]);
    expect(all.find(({ id }) => id === "headlessgl")?.reason).toMatch(/browsers have webgl2/);
    expect(all.find(({ id }) => id === "webgl2")?.device).toMatch(/swiftshader/i);
    await close();
  });

  describe("a GPU that is lost", () => {
    /** Takes the GPU away at the next thing that it is told to do. */
    const LOSE = `
      let armed = false;
      const { drawArrays } = WebGL2RenderingContext.prototype;
      WebGL2RenderingContext.prototype.drawArrays = function (...args) {
        if (armed) this.getExtension("WEBGL_lose_context").loseContext();
        armed = false;
        return drawArrays.apply(this, args);
      };
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        const device = await requestDevice.apply(this, args);
        const { submit } = device.queue;
        device.queue.submit = (commands) => {
          if (armed) device.destroy();
          armed = false;
          return submit.call(device.queue, commands);
        };
        return device;
      };
      globalThis.lose = () => { armed = true; };
    `;

    test.each(["webgl2", "webgpu"])("%s: a typed error, and the next call works", async (mode) => {
      const { page, close } = await open(`${LOSE}${USE}`);
      await page.evaluate((id) => setBackend(id), mode);
      expectDice(await page.evaluate(() => dice()));
      const message = await page.evaluate(() => {
        lose();
        return said(dice);
      });
      expect(message).toBe(`BackendError: ${mode}: the GPU was lost while it ran; the next call starts anew`);
      expectDice(await page.evaluate(() => dice()));
      await close();
    });
  });

  describe("500 calls", () => {
    /** Counts what lives on the GPU. */
    const COUNT = `
      let living = 0;
      const counted = (prototype, make, end) => {
        const made = prototype[make];
        prototype[make] = function (...args) { living++; return made.apply(this, args); };
        const ended = prototype[end];
        prototype[end] = function (...args) { living--; return ended.apply(this, args); };
      };
      counted(WebGL2RenderingContext.prototype, "createTexture", "deleteTexture");
      counted(WebGL2RenderingContext.prototype, "createBuffer", "deleteBuffer");
      counted(WebGL2RenderingContext.prototype, "createFramebuffer", "deleteFramebuffer");
      const { createBuffer } = GPUDevice.prototype;
      GPUDevice.prototype.createBuffer = function (...args) { living++; return createBuffer.apply(this, args); };
      const { destroy } = GPUBuffer.prototype;
      GPUBuffer.prototype.destroy = function () { living--; return destroy.apply(this); };
      globalThis.alive = () => living;
    `;

    test.each(["wasm", "webgl2", "webgpu"])("%s: neither GPU objects nor the heap grow", async (mode) => {
      const { page, close } = await open(`${COUNT}${USE}`);
      await page.evaluate((id) => setBackend(id), mode);
      const session = await page.context().newCDPSession(page);
      const look = async (calls: number) => {
        await page.evaluate(async (count) => {
          for (let i = 0; i < count; i++) await dice();
        }, calls);
        await session.send("HeapProfiler.collectGarbage");
        const { usedSize } = await session.send("Runtime.getHeapUsage");
        return { heap: usedSize, objects: await page.evaluate(() => alive()) };
      };
      const early = await look(500);
      const late = await look(500);
      expect(late.objects).toBeLessThanOrEqual(early.objects);
      // A call that kept its graph would leave some 10 kB.
      expect(late.heap - early.heap).toBeLessThan(300_000);
      await close();
    });
  });
});
