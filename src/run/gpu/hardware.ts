/** Whether there is a GPU, or only a program that plays one. */
import { IN_NODE } from "../in-node.ts";
import { type GlKernelClass, type GpuMode, loadLibrary } from "./library.ts";

/** Modes that can run on a GPU. */
type HardwareMode = Extract<GpuMode, "headlessgl" | "webgl2" | "webgpu">;

/** Renderers that are programs: correct, and slower than the cpu itself. */
const SOFTWARE = /llvmpipe|softpipe|swiftshader|swrast|software|basic render|lavapipe/i;

/** headless-gl hides this name behind its public calls. */
const GL_RENDERER = 0x1f01;

/** The renderer's name, or `null` where it does not tell. */
export function headlessRenderer(kernel: GlKernelClass | undefined): string | null {
  const context = kernel?.testContext;
  if (typeof context?._getParameterDirect !== "function") return null;
  const name = context._getParameterDirect(GL_RENDERER);
  return typeof name === "string" ? name : null;
}

/** What a browser says of its GPU through WebGL. */
interface BrowserContext {
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
}

interface BrowserScope {
  readonly OffscreenCanvas?: new (
    width: number,
    height: number,
  ) => { getContext(kind: "webgl2"): BrowserContext | null };
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<Adapter | null> } };
}

interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: Readonly<Record<string, unknown>>;
}

const scope = globalThis as unknown as BrowserScope;

/** The renderer behind WebGL 2 in a browser, or `null`. */
export function browserRenderer(): string | null {
  const context =
    scope.OffscreenCanvas === undefined ? null : new scope.OffscreenCanvas(1, 1).getContext("webgl2");
  const extension = context?.getExtension("WEBGL_debug_renderer_info");
  if (context === null || context === undefined || extension === null || extension === undefined) return null;
  const name = context.getParameter(extension.UNMASKED_RENDERER_WEBGL);
  return typeof name === "string" ? name : null;
}

/** The WebGPU adapter's description, or `null` where there is none; `software` where it says so of itself. */
export async function adapterName(): Promise<string | null> {
  const adapter = await scope.navigator?.gpu?.requestAdapter().catch(() => null);
  if (adapter === null || adapter === undefined) return null;
  if (adapter.isFallbackAdapter === true || adapter.info?.isFallbackAdapter === true)
    return "software adapter";
  const { vendor = "", architecture = "", device = "", description = "" } = adapter.info ?? {};
  return (
    [vendor, architecture, device, description].filter((part) => part !== "").join(" ") || "unnamed adapter"
  );
}

/** A name that is there, and is no program's. Who does not tell counts as software. */
function isHardware(name: string | null): boolean {
  return name !== null && name !== "" && !SOFTWARE.test(name);
}

async function probe(): Promise<HardwareMode | null> {
  if (isHardware(await adapterName())) return "webgpu";
  if (isHardware(browserRenderer())) return "webgl2";
  // A browser has no headless GL, and need not load gpu.js to be asked.
  if (!IN_NODE) return null;
  const { HeadlessGLKernel: kernel } = await loadLibrary();
  return kernel?.isSupported === true && isHardware(headlessRenderer(kernel)) ? "headlessgl" : null;
}

let known: Promise<HardwareMode | null> | null = null;

/** The mode to take where there is a hardware GPU; `null` where there is none, or where it cannot be told. */
export function hardwareMode(): Promise<HardwareMode | null> {
  known ??= probe().catch(() => null);
  return known;
}
