// What is asked of the server. Every refusal is an Error whose message is for people.

const SILENT = "the server does not answer: is it still running?";

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
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
  const reply = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, reply.error ?? `the server answers ${answer.status}`);
}

export const ask = async (path, options) => (await answered(path, options)).json();

export const askHtml = async (path, signal) => (await answered(path, { signal })).text();

export const remove = (id) => answered(`videos/${id}`, { method: "DELETE" });

export const pick = (name) =>
  ask(`folder?name=${encodeURIComponent(name)}`, { method: "POST" });

// Sends a file and reports the share that is sent. `stop` is an AbortSignal.
export function send(file, tell, stop) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `api/videos?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => tell(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      const reply = request.response ?? {};
      if (request.status === 201) resolve(reply);
      else reject(new Refusal(request.status, reply.error ?? `the server answers ${request.status}`));
    });
    request.addEventListener("error", () => reject(new Refusal(0, SILENT)));
    request.addEventListener("abort", () => reject(new Refusal(0, "cancelled")));
    stop.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
