import { CityError } from './errors.js';
import { readHop } from './read.js';
import { isShape, own, ownText, type Shape } from './shape.js';

const WORTH_RETRYING = new Set([408, 425, 429, 502, 503, 504]);

/** Reads a refusal (RFC 9457, or whatever else came) into the error the caller sees. */
export async function refusal(response: Response): Promise<CityError> {
  const { status, headers } = response;
  const problem = await readProblem(response);
  return new CityError(
    slug(ownText(problem, 'type')) ?? `http-${status}`,
    ownText(problem, 'detail') ?? ownText(problem, 'title') ?? `The answer was ${status}, without a reason.`,
    {
      status,
      retry: WORTH_RETRYING.has(status),
      reference: ownText(problem, 'request_id') ?? headers.get('x-request-id') ?? undefined,
      hop: readHop(own(problem, 'hop')),
      problem,
    },
  );
}

async function readProblem(response: Response): Promise<Shape | undefined> {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined;
  const body: unknown = await response.json().catch(() => undefined);
  return isShape(body) ? body : undefined;
}

/** `https://city.example/problems/slot-taken` → `slot-taken`; RFC 9457's `about:blank` says nothing. */
function slug(type: string | undefined): string | undefined {
  return type?.match(/\/([a-z0-9-]+)\/?$/)?.[1];
}
