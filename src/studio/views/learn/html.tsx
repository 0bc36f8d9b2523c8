/** HTML that was made at build time, from our own doc comments. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { address, linkTo } from "../../state/address.ts";

const LESSON = /^#\/learn\/(\w+)/;

/** Links between lessons take along what the address remembers; papers open beside the studio. */
function mendLinks(element: HTMLElement): void {
  for (const link of element.querySelectorAll("a")) {
    const name = LESSON.exec(link.getAttribute("href") ?? "")?.[1];
    if (name !== undefined) link.setAttribute("href", linkTo("learn", name));
    else {
      link.target = "_blank";
      link.rel = "noreferrer";
    }
  }
}

/** A block of HTML, or a run of it within a line. */
export function Html({
  html,
  inline = false,
  class: name,
}: {
  readonly html: string;
  readonly inline?: boolean;
  readonly class?: string;
}) {
  const element = useRef<HTMLElement>(null);
  const { parameters } = address.value;
  useLayoutEffect(() => {
    if (element.current !== null) mendLinks(element.current);
  }, [html, parameters]);
  const Tag = inline ? "span" : "div";
  return (
    <Tag
      ref={(node: HTMLElement | null) => {
        element.current = node;
      }}
      class={name}
      // Made at build time by scripts/studio, escaped there.
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
