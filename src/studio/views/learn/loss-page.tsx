/** The page of one loss. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { linkTo } from "../../state/address.ts";
import { textOfChoice } from "../../state/choices.ts";
import { chosenLosses } from "../../state/losses.ts";
import { FAMILIES, lossesOf } from "../../widgets/families.ts";
import { Curves } from "./curves.tsx";
import { Html } from "./html.tsx";
import type { Lesson } from "./lesson.ts";
import { FORMULA_STYLE, lessonOf } from "./library.ts";
import { Options } from "./options-table.tsx";
import { Elsewhere, Formula, Kin, Pitfalls, Uses } from "./sections.tsx";

/** All losses, at the side where there is room. */
function Contents({ current }: { readonly current: string }) {
  const list = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const here = list.current?.querySelector<HTMLElement>("[aria-current]");
    // Within the list alone: the page stays where it is.
    if (list.current !== null && here)
      list.current.scrollTop = here.offsetTop - list.current.clientHeight / 2;
  }, [current]);
  return (
    <nav class="contents" aria-label="Losses" ref={list}>
      {FAMILIES.map(({ family, title }) => (
        <div key={family}>
          <h2>{title}</h2>
          <ul>
            {lossesOf(family).map(({ name, title: text }) => (
              <li key={name}>
                <a href={linkTo("learn", name)} aria-current={name === current ? "page" : undefined}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** Links to views with this loss set; options that it was given there stay. */
function TryIt({ name }: { readonly name: string }) {
  const choice = chosenLosses.value.find((one) => one.name === name) ?? { name, options: {} };
  const chosen = { loss: textOfChoice(choice) };
  return (
    <p class="toolbar">
      <a class="action primary" href={linkTo("compare", "", chosen)}>
        Try in Compare
      </a>
      <a class="action" href={linkTo("descend", "", chosen)}>
        Descend with it
      </a>
    </p>
  );
}

function Body({ lesson, loss }: { readonly lesson: Lesson; readonly loss: Loss }) {
  return (
    <>
      <Formula lesson={lesson} />
      <Curves loss={loss} />
      <section>
        <h2>What it is</h2>
        <Html class="prose" html={lesson.definitionHtml} />
      </section>
      <Uses lesson={lesson} loss={loss} />
      <Pitfalls lesson={lesson} />
      <Options lesson={lesson} />
      <section>
        <h2>In code</h2>
        <Html html={lesson.exampleHtml} />
      </section>
      <Kin lesson={lesson} />
      <Elsewhere lesson={lesson} />
    </>
  );
}

export function LossPage({ loss }: { readonly loss: Loss }) {
  const { name, title, family, modes, summary } = loss;
  const [lesson, setLesson] = useState<Lesson | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let current = true;
    setTrouble("");
    lessonOf(name).then(
      (found) => current && setLesson(found),
      (error: Error) => current && setTrouble(error.message),
    );
    return () => {
      current = false;
    };
  }, [name]);
  return (
    <div class="learn-columns">
      <link rel="stylesheet" href={FORMULA_STYLE} />
      <Contents current={name} />
      <article class="lesson">
        <header>
          <p class="crumbs">
            <a href={linkTo("learn")}>All losses</a>
            <span aria-hidden="true"> / </span>
            {FAMILIES.find((one) => one.family === family)?.title}
          </p>
          <h1 tabIndex={-1}>{title}</h1>
          <p class="soft">
            <code>{name}</code> for {modes.join(", ")} masks
          </p>
          <p class="lead">{summary}</p>
          <TryIt name={name} />
        </header>
        {trouble === "" ? null : (
          <p class="trouble" role="alert">
            The text of this loss could not be loaded: {trouble}
          </p>
        )}
        {lesson?.name === name ? (
          <Body key={name} lesson={lesson} loss={loss} />
        ) : (
          <p class="soft">{trouble === "" ? "Loading…" : ""}</p>
        )}
      </article>
    </div>
  );
}
