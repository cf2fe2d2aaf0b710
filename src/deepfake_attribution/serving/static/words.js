// Numbers and states in words.

export const three = (value) => value.toFixed(3);
export const percent = (share) => `${(100 * share).toFixed(1)} %`;

const STATUS = {
  too_few_faces: "too few faces",
  no_face: "no face found",
  no_score: "no score",
  missing: "not there",
  unreadable: "cannot be read",
  damaged: "damaged",
  too_long: "too long",
};

export const status = (name) => STATUS[name] ?? name.replaceAll("_", " ");

export function scoreName(kind) {
  return kind === "probability" ? "P(real)" : "Score";
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
