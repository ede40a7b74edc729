export type ProblemMembers = Record<string, unknown>;

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly slug: string,
    readonly status: number,
    readonly detail: string,
    readonly members: ProblemMembers = {},
  ) {
    super(detail || slug);
  }

  get requestId(): string | undefined {
    return text(this.members.request_id);
  }

  get hop(): string | undefined {
    return text(this.members.hop);
  }
}

/** True for an `ApiProblem` with one of these slugs. */
export function isProblem(error: unknown, ...slugs: string[]): error is ApiProblem {
  return error instanceof ApiProblem && slugs.includes(error.slug);
}

/** The 401s that say that no session is there. The others are about a proof: a wrong code, a second factor. */
const NO_SESSION = ['unauthenticated', 'session-ended', 'session-missing', 'http-401'];

export const saysNobody = (error: unknown): boolean => isProblem(error, ...NO_SESSION);

/** True where the city was not reached, or only what stands before it: a kept answer may stand in. */
export function isAway(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || (error.status >= 502 && error.status <= 504));
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
