/** Options of a loss: what each does, its default, what it may be. On a phone each is a card. */
import { Html } from "./html.tsx";
import type { Lesson, LessonOption } from "./lesson.ts";

function Table({
  options,
  caption,
}: {
  readonly options: readonly LessonOption[];
  readonly caption: string;
}) {
  return (
    <table class="option-table">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Option</th>
          <th scope="col">What it does</th>
          <th scope="col">Default</th>
          <th scope="col">Range</th>
        </tr>
      </thead>
      <tbody>
        {options.map(({ name, docHtml, defaultHtml, rangeHtml }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <Html inline html={docHtml} />
            </td>
            <td data-label="Default">
              <Html inline html={defaultHtml} />
            </td>
            <td data-label="Range">
              <Html inline html={rangeHtml} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Options({ lesson }: { readonly lesson: Lesson }) {
  const { options, sharedOptions, refused } = lesson;
  return (
    <section>
      <h2>Options</h2>
      {options.length === 0 ? (
        <p>None of its own: the formula has nothing to set.</p>
      ) : (
        <Table options={options} caption="Options of this loss" />
      )}
      <details class="shared-options">
        <summary>{sharedOptions.length} shared options, which mean the same in every loss</summary>
        <Table options={sharedOptions} caption="Options that all losses share" />
        {refused.length === 0 ? null : (
          <p class="soft">
            Not among them:{" "}
            {refused.map((name, i) => (
              <span key={name}>
                {i === 0 ? "" : ", "}
                <code>{name}</code>
              </span>
            ))}
            . The formula cannot honour them, so they are refused with an error and never ignored.
          </p>
        )}
      </details>
    </section>
  );
}
