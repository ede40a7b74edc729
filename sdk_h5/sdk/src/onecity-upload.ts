import type { Place } from './place.js';
import { counted, type OnProgress } from './progress.js';
import { upload } from './upload.js';

interface Means extends Pick<Place, 'fetch'> {
  onUpload: OnProgress | undefined;
  onProgress: OnProgress | undefined;
}

/** Sends a request and tells how much of its body, and of the answer's, has gone. Loaded when a call wants that. */
export async function sendCounting(request: Request, { fetch, onUpload, onProgress }: Means): Promise<Response> {
  const response = await (onUpload ? upload(request, onUpload) : fetch(request));
  return onProgress ? counted(response, onProgress) : response;
}
