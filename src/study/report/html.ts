/** Pieces of HTML: pictures that carry their own data, colour bars, names that can be linked to. */
import { cssGradient, divergingMap } from "../colormap.ts";
import { formatNumber } from "../numbers.ts";
import { escapeText } from "../svg.ts";

/** Bytes as base64, in steps that no engine's argument limit minds. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** A PNG file as an address that holds it. */
export const pngAddress = (png: Uint8Array): string => `data:image/png;base64,${base64(png)}`;

/** A name as an id: letters, digits and hyphens. */
export function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, "-");
}

/**
 * A picture that is shown once or more: {@link drawPicture} holds its data, {@link repeatPicture} refers to
 * it.
 */
export interface Picture {
  readonly id: string;
  /** What it shows, for those who cannot see it and as the caption when enlarged. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
}

function frame({ label, width, height }: Picture, content: string): string {
  const text = escapeText(label);
  return (
    `<button type="button" class="zoom" data-caption="${text}" aria-label="Enlarge: ${text}">` +
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">${content}</svg></button>`
  );
}

/** The picture with its PNG data inside, once a page. */
export function drawPicture(picture: Picture, png: Uint8Array): string {
  const { id, width, height } = picture;
  const href = pngAddress(png);
  return frame(picture, `<image id="${id}" width="${width}" height="${height}" href="${href}"/>`);
}

/** The same picture again, without its data. */
export function repeatPicture(picture: Picture): string {
  return frame(picture, `<use href="#${picture.id}"/>`);
}

/** Colour bar of a gradient map, from `-limit` to `limit`. */
export function gradientBar(limit: number): string {
  const end = formatNumber(limit, 3);
  return (
    `<div class="bar"><div class="bar-colors" style="background:${cssGradient(divergingMap)}"></div>` +
    `<div class="bar-ends"><span>${limit > 0 ? `−${end}` : ""}</span><span>0</span>` +
    `<span>${limit > 0 ? end : ""}</span></div></div>`
  );
}

/** The share of the text that a description list needs: terms and what is said of them. */
export function facts(pairs: readonly (readonly [term: string, html: string])[], className: string): string {
  const items = pairs.map(([term, html]) => `<div><dt>${escapeText(term)}</dt><dd>${html}</dd></div>`);
  return `<dl class="${className}">${items.join("")}</dl>`;
}
