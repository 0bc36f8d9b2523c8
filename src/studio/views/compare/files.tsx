/** The user's own maps: opening and saving them. Nothing leaves this page. */
import { useState } from "preact/hooks";
import { begin, picture } from "../../state/picture.ts";
import type { NamedBytes } from "../../subject/files.ts";
import type { Layer } from "../../subject/picture.ts";

type Slot = Layer | "image";

const SLOTS: readonly { readonly slot: Slot; readonly title: string }[] = [
  { slot: "mask", title: "Mask" },
  { slot: "prediction", title: "Prediction" },
  { slot: "image", title: "Image, if any" },
];

type Chosen = Partial<Readonly<Record<Slot, File>>>;

const readFile = async (file: File): Promise<NamedBytes> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

/** Decoders are loaded by those who open or save something. */
const loadFiles = () => import("../../subject/files.ts");

/** Opens a mask and a prediction; gives the words for what was opened. */
async function open({ mask, prediction, image }: Chosen & Record<Layer, File>): Promise<string> {
  const { openPicture } = await loadFiles();
  const opened = openPicture({
    mask: await readFile(mask),
    prediction: await readFile(prediction),
    ...(image === undefined ? {} : { image: await readFile(image) }),
  });
  begin({ files: `${mask.name} and ${prediction.name}` }, opened);
  return `Opened ${mask.name} and ${prediction.name}, ${opened.width} x ${opened.height}.`;
}

/** Words of an error without the function that threw it: its name says nothing to who opened a file. */
const wordsOf = (error: unknown): string => (error as Error).message.replace(/^\w+: /, "");

async function save(layer: Layer): Promise<void> {
  const { pngOf } = await loadFiles();
  const bytes = pngOf(picture.peek(), layer) as Uint8Array<ArrayBuffer>;
  const address = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `${layer}.png` });
  link.click();
  URL.revokeObjectURL(address);
}

export function Files() {
  const [chosen, setChosen] = useState<Chosen>({});
  const [said, say] = useState({ text: "", trouble: false });
  const take = async (next: Chosen) => {
    setChosen(next);
    const { mask, prediction } = next;
    if (mask === undefined || prediction === undefined) {
      const missing = mask === undefined ? "mask" : "prediction";
      say({ text: `Now choose its ${missing}.`, trouble: false });
      return;
    }
    try {
      say({ text: await open({ ...next, mask, prediction }), trouble: false });
    } catch (error) {
      say({ text: wordsOf(error), trouble: true });
    }
  };
  const drop = async (files: readonly File[]) => {
    try {
      const { sortPair } = await loadFiles();
      const { mask, prediction } = sortPair(files.map(({ name }) => name));
      await take({ mask: files[mask], prediction: files[prediction] });
    } catch (error) {
      say({ text: wordsOf(error), trouble: true });
    }
  };
  return (
    <details class="files">
      <summary>Open and save</summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the fields inside */}
      <div
        class="stack"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void drop([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <p class="soft">A PNG pair of one size, chosen or dropped here. The files stay in this page.</p>
        {SLOTS.map(({ slot, title }) => (
          <label key={slot} class="field">
            <span>{title}</span>
            <input
              type="file"
              accept=".png,.npy,image/png"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file !== undefined) void take({ ...chosen, [slot]: file });
              }}
            />
          </label>
        ))}
        {said.trouble ? (
          <p class="trouble" role="alert">
            {said.text}
          </p>
        ) : (
          <p class="soft" role="status">
            {said.text}
          </p>
        )}
        <div class="toolbar">
          <button type="button" onClick={() => void save("prediction")}>
            Save prediction
          </button>
          <button type="button" onClick={() => void save("mask")}>
            Save mask
          </button>
        </div>
      </div>
    </details>
  );
}
