/** The program that writes the files of Learn: `main FOLDER`, run at the project's root. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mathAssets } from "../docs/html/math.ts";
import { lessonsOf, searchWords } from "./lessons.ts";

const folder = process.argv[2];
mkdirSync(join(folder, "fonts"), { recursive: true });
for (const lesson of lessonsOf(process.cwd()))
  writeFileSync(join(folder, `${lesson.name}.json`), JSON.stringify(lesson));
writeFileSync(join(folder, "words.json"), JSON.stringify(searchWords()));
const { css, fonts } = mathAssets();
writeFileSync(join(folder, "formulas.css"), css);
for (const [name, data] of fonts) writeFileSync(join(folder, "fonts", name), data);
