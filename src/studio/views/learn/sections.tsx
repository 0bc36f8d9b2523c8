/** Parts of a lesson. */
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { linkTo } from "../../state/address.ts";
import { FAMILIES } from "../../widgets/families.ts";
import { Html } from "./html.tsx";
import type { Lesson, LessonUse } from "./lesson.ts";

interface Props {
  readonly lesson: Lesson;
}

export function Formula({ lesson }: Props) {
  return (
    <div class="formula">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long formula scrolls, and must do so by keys */}
      <section class="formula-scroll" tabIndex={0} aria-label="Formula">
        <Html html={lesson.formulaHtml} />
      </section>
      <p class="source">
        <span class="hidden">Source: </span>
        {lesson.sourcesHtml.map((html, i) => (
          <Html key={i} inline html={i === 0 ? html : `; ${html}`} />
        ))}
      </p>
    </div>
  );
}

/** For losses that no need names first: what their family is for, and which relatives to look at. */
function Instead({ lesson, loss }: Props & { readonly loss: Loss }) {
  const relatives = lesson.kin.filter(({ needs }) => needs.length > 0);
  return (
    <>
      <p>
        {FAMILIES.find(({ family }) => family === loss.family)?.about} It is not the first answer to any of
        the common needs; take it where its own idea, above, is what you look for.
      </p>
      {relatives.length === 0 ? null : (
        <p>
          Relatives that are:{" "}
          {relatives.map(({ name, needs }, i) => (
            <span key={name}>
              {i === 0 ? "" : "; "}
              <a href={linkTo("learn", name)}>{catalogue[name].title}</a> for {needs.join(", ")}
            </span>
          ))}
          .
        </p>
      )}
    </>
  );
}

function Use({ use: { need, comparedWith, reasonHtml, mindHtml } }: { readonly use: LessonUse }) {
  return (
    <li>
      <b>{need}</b>
      <p>
        {comparedWith === "" ? null : (
          <>
            Compared with <a href={linkTo("learn", comparedWith)}>{catalogue[comparedWith].title}</a>:{" "}
          </>
        )}
        <Html inline html={comparedWith === "" ? reasonHtml : reasonHtml.replace(/^T/, "t")} />
      </p>
      {mindHtml === "" ? null : <Html class="soft" html={`Mind: ${mindHtml}`} />}
    </li>
  );
}

export function Uses({ lesson, loss }: Props & { readonly loss: Loss }) {
  return (
    <section>
      <h2>When to use it</h2>
      {lesson.uses.length === 0 ? <Instead lesson={lesson} loss={loss} /> : null}
      <ul class="uses">
        {lesson.uses.map((use) => (
          <Use key={use.need} use={use} />
        ))}
      </ul>
    </section>
  );
}

export function Pitfalls({ lesson }: Props) {
  return (
    <section>
      <h2>What to mind</h2>
      <h3>Images of one class</h3>
      <Html class="prose" html={lesson.oneClassHtml} />
      {lesson.constants === "" ? null : (
        <>
          <h3>Constant for derivatives</h3>
          <p>{lesson.constants.charAt(0).toUpperCase() + lesson.constants.slice(1)}.</p>
        </>
      )}
      {lesson.errorsHtml.length === 0 ? null : (
        <>
          <h3>What it refuses</h3>
          <ul>
            {lesson.errorsHtml.map((html) => (
              <li key={html}>
                <Html inline html={html} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

export function Kin({ lesson }: Props) {
  if (lesson.kin.length + lesson.kinHtml.length === 0) return null;
  return (
    <section>
      <h2>Related losses</h2>
      {lesson.kinHtml.map((html) => (
        <Html key={html} class="prose" html={html} />
      ))}
      <div class="loss-links">
        {lesson.kin.map(({ name }) => (
          <a key={name} class="loss-link" href={linkTo("learn", name)}>
            <b>{catalogue[name].title}</b>
            <span>{catalogue[name].summary}</span>
          </a>
        ))}
      </div>
    </section>
  );
}

export function Elsewhere({ lesson }: Props) {
  const { elsewhere, otherNames } = lesson;
  if (elsewhere.length + otherNames.length === 0) return null;
  return (
    <section>
      <h2>Under other names</h2>
      <ul class="names">
        {elsewhere.map(({ library, theirs, ours }) => (
          <li key={`${library} ${theirs}`}>
            {library}: <code>{theirs}</code> is <code>{ours}</code>
          </li>
        ))}
        {otherNames.map(({ name, options, whyHtml }) => (
          <li key={name}>
            {name}
            {options === "" ? "" : " is "}
            {options === "" ? null : <code>{options}</code>}: <Html inline html={whyHtml} />
          </li>
        ))}
      </ul>
    </section>
  );
}
