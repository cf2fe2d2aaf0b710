// Numbers and states in words.

export const three = (value) => value.toFixed(3);

let statuses = {};

export function setStatuses(words) {
  statuses = words;
}

export const status = (name) => statuses[name] ?? name.replaceAll("_", " ");

export function scoreName(kind) {
  return kind === "probability" ? "P(real)" : "score";
}

// One line on what was said: for the list, and to be read out.
export function short(result) {
  if (result.verdict === null) return `no verdict: ${status(result.status)}`;
  return `${result.verdict}, ${scoreName(result.score_kind)} ${three(result.score)}`;
}

export function seconds(value) {
  if (value === null) return "";
  return value < 60 ? `${value.toFixed(1)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
