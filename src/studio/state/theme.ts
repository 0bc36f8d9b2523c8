/** Light or dark: as the system has it, unless chosen. */
import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "segtape-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
    return null;
  }
}

const systemTheme = (): Theme => (system.matches ? "dark" : "light");

/** The theme shown. */
export const theme = signal<Theme>(stored() ?? systemTheme());

function show(value: Theme): void {
  theme.value = value;
  document.documentElement.dataset.theme = value;
}

/** Follows the system until a theme was chosen. */
export function startTheme(): void {
  show(theme.value);
  system.addEventListener("change", () => {
    if (stored() === null) show(systemTheme());
  });
}

/** The other theme, from now on. */
export function switchTheme(): void {
  show(theme.value === "dark" ? "light" : "dark");
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // As above.
  }
}
