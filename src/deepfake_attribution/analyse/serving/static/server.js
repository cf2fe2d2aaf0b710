// What is asked of the server. Every refusal is an Error whose message is for people.

const SILENT = "the server does not answer: is it still running?";

export class Refusal extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

async function answered(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`api/${path}`, options);
  } catch {
    throw new Refusal(0, SILENT);
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, said.error ?? `the server says ${answer.status}`);
}

export const ask = async (path, options) => (await answered(path, options)).json();

export const askHtml = async (path, signal) => (await answered(path, { signal })).text();

export const remove = (id) => answered(`videos/${id}`, { method: "DELETE" });

export const pick = (name) =>
  ask(`folder?name=${encodeURIComponent(name)}`, { method: "POST" });

// Sends a file; tells the share that is through. `stop` is an AbortSignal.
export function send(file, tell, stop) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `api/videos?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => tell(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      const said = request.response ?? {};
      if (request.status === 201) resolve(said);
      else reject(new Refusal(request.status, said.error ?? `the server says ${request.status}`));
    });
    request.addEventListener("error", () => reject(new Refusal(0, SILENT)));
    request.addEventListener("abort", () => reject(new Refusal(0, "cancelled")));
    stop.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
