// Licences of the packages whose code or fonts are within a bundle: most ask that their text goes along.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The innermost package that a file of a bundle belongs to; `null` for our own. */
const PACKAGE = /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

const folderOf = (input) => PACKAGE.exec(input.replaceAll("\\", "/"))?.[0] ?? null;

function textOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e(-mit)?(\.\w+)?$/i.test(one));
  if (file === undefined)
    throw new Error(`licences: ${name} (${license}) is bundled, but comes without the text`);
  return {
    name,
    text: `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}`,
  };
}

/** The text of all licences, by esbuild's account of what a bundle is made of, and packages that it does not know of. */
export function licencesOf({ inputs }, root, others = []) {
  const folders = new Set(
    [...Object.keys(inputs).map(folderOf), ...others.map((name) => `node_modules/${name}`)].flatMap(
      (folder) => (folder === null ? [] : [resolve(root, folder)]),
    ),
  );
  const known = [...folders].map(textOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = known.map(({ text }) => text);
  return `segtape is MIT licensed. Code of others is part of these files:\n\n${texts.join(`\n\n${"-".repeat(60)}\n\n`)}\n`;
}
