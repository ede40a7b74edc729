interface Connection {
  type?: string;
  effectiveType?: string;
}

/** `wifi`, `4g`, `3g`, `2g`, `none`; `unknown` where the browser does not tell. */
export function networkType(navigator: Navigator): string {
  const { type, effectiveType = 'unknown' } = (navigator as Navigator & { connection?: Connection }).connection ?? {};
  if (!navigator.onLine) return 'none';
  return type === 'wifi' ? type : effectiveType.replace('slow-', '');
}
