/** WIP */
export function View() {
  return <p class="loading">Not there yet.</p>;
}
