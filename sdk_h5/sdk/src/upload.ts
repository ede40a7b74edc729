import type { OnProgress } from './progress.js';

/** Sends a request as `fetch` does, and tells how much of its body has gone, which only XMLHttpRequest can. */
export async function upload(request: Request, onUpload: OnProgress): Promise<Response> {
  const body = await request.blob();
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const fail = (): void => reject(request.signal.reason ?? new TypeError('The upload failed.'));
    xhr.open(request.method, request.url);
    xhr.responseType = 'arraybuffer';
    request.headers.forEach((value, name) => {
      xhr.setRequestHeader(name, value);
    });
    xhr.upload.onprogress = ({ loaded, total }) => onUpload({ loaded, total });
    xhr.onload = () => resolve(answerOf(xhr));
    xhr.onerror = xhr.onabort = xhr.ontimeout = fail;
    request.signal.addEventListener('abort', () => xhr.abort());
    if (request.signal.aborted) fail();
    else xhr.send(body.size ? body : null);
  });
}

const BODILESS = [204, 205, 304];

function answerOf(xhr: XMLHttpRequest): Response {
  const { status, statusText, response } = xhr;
  const headers = readHeaders(xhr.getAllResponseHeaders());
  return new Response(BODILESS.includes(status) ? null : response, { status, statusText, headers });
}

function readHeaders(lines: string): Headers {
  const headers = new Headers();
  for (const line of lines.trim().split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
