/** The package's version, put in place by the build. */
declare const __SEGTAPE_VERSION__: string | undefined;

export const version: string =
  typeof __SEGTAPE_VERSION__ === "undefined" ? "development" : __SEGTAPE_VERSION__;
