/** The options of a loss: what each is for, its default, its range. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { type OptionSpec, SHARED } from "../../../src/losses/shared/options.ts";
import { escapeText } from "../../../src/study/svg.ts";
import { inline, type Model } from "../model.ts";
import type { OptionDoc } from "../read/losses.ts";

const number = (x: number) => String(Number(x.toPrecision(6)));

function numbersOf({ min, max, exclusiveMin, integer }: OptionSpec): string {
  const kind = integer ? "whole number" : "number";
  if (min === undefined) return max === undefined ? kind : `${kind} up to ${number(max)}`;
  const low = exclusiveMin ? `above ${number(min)}` : `from ${number(min)}`;
  return `${kind} ${low}${max === undefined ? "" : ` to ${number(max)}`}`;
}

const words = (choices: readonly string[]) => choices.map((word) => `<code>"${escapeText(word)}"</code>`);

/** What an option may be, as HTML. The catalogue's own checks say it; where they are code, the type does. */
export function rangeOf(spec: OptionSpec, doc: OptionDoc | undefined): string {
  const numeric = typeof spec.default === "number" || spec.min !== undefined || spec.max !== undefined;
  const parts = [...words(spec.choices ?? []), ...(numeric ? [numbersOf(spec)] : [])];
  if (numeric && /\bnull\b/.test(doc?.type ?? "")) parts.push("<code>null</code>");
  if (parts.length > 0) return parts.join(", ").replace(/, ([^,]*)$/, " or $1");
  if (typeof spec.default === "boolean") return "<code>true</code> or <code>false</code>";
  if (doc?.type.startsWith("PartOptions")) return "options of that loss";
  return `<code>${escapeText(doc?.type ?? typeof spec.default)}</code>`;
}

/** The default, as HTML; `said` makes HTML of a line of markdown. */
export function defaultOf(
  spec: OptionSpec,
  doc: OptionDoc | undefined,
  said: (markdown: string) => string,
): string {
  const value = spec.default;
  // 4/3 reads better than 1.33333, and the comment knows it.
  if (typeof value === "number" && /^[\d.]+\s*\/\s*[\d.]+$/.test(doc?.defaultText ?? ""))
    return `<code>${escapeText(doc?.defaultText ?? "")}</code>`;
  if (typeof value === "number") return `<code>${number(value)}</code>`;
  const isPart = doc?.type.startsWith("PartOptions") ?? false;
  // With spaces, so that a long list may be broken.
  if (Array.isArray(value) && value.length > 0) return `<code>[${escapeText(value.join(", "))}]</code>`;
  if (value !== undefined && !isPart) return `<code>${escapeText(JSON.stringify(value))}</code>`;
  return doc?.defaultText ? said(doc.defaultText) : "none";
}

function rowOf(
  model: Model,
  page: string,
  name: string,
  spec: OptionSpec,
  doc: OptionDoc | undefined,
): string {
  const line = (markdown: string) => inline(model, page, markdown);
  const said = doc?.doc ? line(doc.doc) : escapeText(spec.doc);
  return (
    `<tr><th scope="row"><code>${escapeText(name)}</code></th><td>${said}</td>` +
    `<td>${defaultOf(spec, doc, line)}</td><td>${rangeOf(spec, doc)}</td></tr>`
  );
}

function tableOf(model: Model, page: string, loss: Loss, names: readonly string[]): string {
  const docs = model.docs.get(loss.name)?.options;
  const rows = names.map((name) => rowOf(model, page, name, loss.options[name], docs?.get(name)));
  return (
    '<div class="scroll"><table class="options"><thead><tr><th>Option</th><th>What it does</th>' +
    `<th>Default</th><th>Range</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

/** Whether a loss shares the meaning of an option with all others. */
const isShared = (name: string) => Object.hasOwn(SHARED, name) && !name.startsWith("smooth");

/** Names of a loss's options: its own, those shared with all others, and shared ones that it refuses. */
export function optionNames(loss: Loss, docs: ReadonlyMap<string, OptionDoc> | undefined) {
  const names = Object.keys(loss.options);
  // Documented order, that of the interface, for its own options.
  const documented = [...(docs?.keys() ?? [])].filter((name) => names.includes(name) && !isShared(name));
  return {
    own: [...documented, ...names.filter((name) => !isShared(name) && !documented.includes(name))],
    shared: names.filter(isShared),
    refused: Object.keys(SHARED).filter((name) => isShared(name) && !names.includes(name)),
  };
}

/** The section of a loss's page. */
export function optionsSection(model: Model, page: string, loss: Loss): string {
  const { own, shared, refused } = optionNames(loss, model.docs.get(loss.name)?.options);
  const none = `<p>None beside the shared ones: the formula has nothing to set.</p>`;
  const refusal =
    refused.length === 0
      ? ""
      : `<p class="soft">Not among them: ${refused.map((name) => `<code>${name}</code>`).join(", ")}. ` +
        "The formula cannot honour them, so they are refused with a typed error and never ignored.</p>";
  return (
    `<h2 id="options">Options</h2>${own.length === 0 ? none : tableOf(model, page, loss, own)}` +
    `<details class="more"><summary>${shared.length} shared options, which mean the same in every loss</summary>` +
    `${tableOf(model, page, loss, shared)}${refusal}</details>`
  );
}
