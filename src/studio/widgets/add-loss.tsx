/** One loss more, while there is room. */
import { MOST_LOSSES } from "../state/choices.ts";
import { addLoss, chosenLosses } from "../state/losses.ts";

export function AddLoss() {
  if (chosenLosses.value.length >= MOST_LOSSES) return null;
  return (
    <button type="button" onClick={addLoss}>
      Add a loss
    </button>
  );
}
