/** The reference of every public name, by typedoc, as a part of the site. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  type CommentDisplayPart,
  Converter,
  JSX,
  type Reflection,
  ReflectionKind,
  TSConfigReader,
  TypeDocReader,
} from "typedoc";
import { partLinks } from "./html/page.ts";

/** Folders of the reference that hold one page a name. */
const KINDS = ["classes", "interfaces", "functions", "types", "variables"];

/** Pages by the name that they document; of several the one of the main entry point. */
export function apiPages(folder: string): Map<string, string> {
  const pages = new Map<string, string>();
  for (const kind of KINDS) {
    if (!existsSync(join(folder, kind))) continue;
    for (const file of readdirSync(join(folder, kind)).sort()) {
      const match = /^(\w+)\.(.+)\.html$/.exec(file);
      if (match === null || (pages.has(match[2]) && match[1] !== "index")) continue;
      pages.set(match[2], `api/${kind}/${file}`);
    }
  }
  return pages;
}

/** A comment may name what its file does not import: there is one public thing of that name, whoever exports it. */
function resolveByName(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const byName = new Map<string, Reflection>();
    for (const reflection of project.getReflectionsByKind(ReflectionKind.SomeExport))
      if (!byName.has(reflection.name)) byName.set(reflection.name, reflection);
    const resolve = (part: CommentDisplayPart) => {
      if (part.kind !== "inline-tag" || part.target !== undefined) return;
      part.target = byName.get(part.text.trim().split(/[\s|]/)[0]);
    };
    for (const { comment } of Object.values(project.reflections)) {
      comment?.summary.forEach(resolve);
      for (const tag of comment?.blockTags ?? []) tag.content.forEach(resolve);
    }
  });
}

/** The way back to the rest of the site, on every page of the reference. */
function addBar(app: Application, without: readonly string[]): void {
  app.renderer.hooks.on("body.begin", ({ page: { url } }) => {
    const root = "../".repeat(url.split("/").length);
    const links = partLinks(["api", ...without]).map(
      (link) => `<a href="${root}${link.page}">${link.text}</a>`,
    );
    const html = `<div class="site-bar"><a href="${root}index.html"><b>segtape</b></a>${links.join("")}</div>`;
    return JSX.createElement(JSX.Raw, { html });
  });
}

/** Writes the reference into `folder`, for a site without some of its parts. Names of comments that are not public stay plain words, and are warned of. */
export async function buildApi(folder: string, without: readonly string[] = []): Promise<void> {
  const app = await Application.bootstrapWithPlugins(
    { out: folder, customCss: "scripts/docs/assets/api.css" },
    [new TypeDocReader(), new TSConfigReader()],
  );
  resolveByName(app);
  addBar(app, without);
  const project = await app.convert();
  if (project === undefined) throw new Error("docs: typedoc could not read the sources");
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("docs: typedoc failed, see above");
}
