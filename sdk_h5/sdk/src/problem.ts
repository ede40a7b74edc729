import { CityError } from './errors.js';
import { isShape, own, ownText } from './shape.js';

const WORTH_RETRYING = /408|425|429|50[234]/;

/** Reads a refusal (RFC 9457, or whatever else came) into the error the caller sees. */
export async function refusal(response: Response): Promise<CityError> {
  const { status, headers } = response;
  const problem: unknown = await response.json().catch(() => {});
  const after = headers.get('retry-after') as string;
  const code = slug(ownText(problem, 'type')) ?? `http-${status}`;
  const message = ownText(problem, 'detail') ?? ownText(problem, 'title') ?? `Status ${status}.`;
  return new CityError(code, message, {
    status,
    retry: WORTH_RETRYING.test(status as never),
    retryAfter: +after || (Date.parse(after) - Date.now()) / 1_000 || undefined,
    reference: ownText(problem, 'request_id') ?? headers.get('x-request-id') ?? undefined,
    hop: (['client', 'gateway', 'upstream'] as const).find((hop) => hop === own(problem, 'hop')),
    problem: isShape(problem) ? problem : undefined,
  });
}

/** `https://city.example/problems/slot-taken` → `slot-taken`; RFC 9457's `about:blank` says nothing. */
function slug(type: string | undefined): string | undefined {
  return type?.match(/\/([a-z0-9-]+)\/?$/)?.[1];
}
