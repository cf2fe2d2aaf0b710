// From scores to shares of a line: probabilities on 0 to 1, decision values on what is there.

export function scale(values, kind) {
  let [low, high] = [0, 1];
  if (kind !== "probability") {
    const room = 0.1 * (Math.max(...values) - Math.min(...values) || 1);
    [low, high] = [Math.min(...values) - room, Math.max(...values) + room];
  }
  return { low, high, share: (value) => (value - low) / (high - low) };
}
