/** How a refusal looks to these pages: a number of theirs, and words. */
export class BridgeFault extends Error {
  constructor(
    readonly errorCode: number,
    readonly errorMessage: string,
    /** The city's own code, where the city refused. */
    readonly code?: string,
  ) {
    super(errorMessage);
  }
}

/** The resident thought better of it. */
export const LEFT = -1;
const UNNAMED = 1_002;
const NUMBERS: Readonly<Record<string, number>> = {
  NOT_IN_HOST: 5,
  HOST_SILENT: 5,
  HOST_GONE: 5,
  'location-denied': 1_001,
};

export function asFault(error: unknown): unknown {
  if (error instanceof BridgeFault || !(error instanceof Error)) return error;
  const code = (error as Error & { code?: string }).code ?? '';
  return new BridgeFault(NUMBERS[code] ?? UNNAMED, error.message, code);
}

export function words(value: unknown): string {
  return String(value ?? '');
}
