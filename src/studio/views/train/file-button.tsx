/** A button that asks for files. */
import type { ComponentChildren } from "preact";

export function FileButton({
  folder = false,
  multiple = false,
  accept,
  disabled = false,
  onChoose,
  children,
}: {
  /** Whether a whole folder is asked for. */
  readonly folder?: boolean;
  readonly multiple?: boolean;
  readonly accept?: string;
  readonly disabled?: boolean;
  readonly onChoose: (files: readonly File[]) => unknown;
  readonly children: ComponentChildren;
}) {
  return (
    <label class="file-button">
      <input
        type="file"
        class="hidden"
        {...(folder ? { webkitdirectory: true } : {})}
        multiple={multiple}
        accept={accept}
        disabled={disabled}
        onChange={(event) => {
          const input = event.currentTarget;
          const chosen = [...(input.files ?? [])];
          // The same files may be chosen again after they were mended.
          input.value = "";
          if (chosen.length > 0) void onChoose(chosen);
        }}
      />
      {children}
    </label>
  );
}
