/** Made by scripts/studio/api.mjs when the studio is built: what "segtape" exports, and what a tensor can do. */
declare module "studio:api" {
  import type { Api } from "./completions.ts";
  export const api: Api;
}
