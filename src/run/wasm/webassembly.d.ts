/** What of WebAssembly's JavaScript interface is used here: TypeScript has it among the browser's types only. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  const Module: {
    new (bytes: ArrayBuffer | ArrayBufferView): Module;
    exports(module: Module): readonly { readonly name: string; readonly kind: string }[];
  };

  interface Memory {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB; throws RangeError where there is no room. */
    grow(pages: number): number;
  }
  const Memory: {
    new (limits: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean }): Memory;
  };

  interface Instance {
    readonly exports: Readonly<Record<string, (...args: number[]) => void>>;
  }
  const Instance: {
    new (module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Instance;
  };

  class RuntimeError extends Error {}

  function validate(bytes: ArrayBuffer | ArrayBufferView): boolean;
  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>;
}
