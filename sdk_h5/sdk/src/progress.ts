/** Bytes, and of how many if that is known. */
export interface Progress {
  loaded: number;
  total?: number | undefined;
}

export type OnProgress = (progress: Progress) => void;

/** The same answer, whose body tells how much of it has been read. A body that came compressed has no known total. */
export function counted(response: Response, onProgress: OnProgress): Response {
  const { body, headers } = response;
  if (!body) return response;
  const total = headers.has('content-encoding') ? undefined : Number(headers.get('content-length')) || undefined;
  let loaded = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, next) {
      loaded += chunk.length;
      onProgress({ loaded, total });
      next.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(count), response);
}
