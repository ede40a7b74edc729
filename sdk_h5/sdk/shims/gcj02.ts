/**
 * WGS 84, which devices give, to GCJ-02, which maps in China are drawn in. The shift differs from place to place, by
 * up to half a kilometre; the series below is the one in public use, good to a metre or two. Nothing shifts abroad.
 */
export function toGCJ02(latitude: number, longitude: number): { latitude: number; longitude: number } {
  const abroad = longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271;
  if (abroad) return { latitude, longitude };
  const [x, y] = [longitude - 105, latitude - 35];
  const angle = (latitude / 180) * Math.PI;
  const curve = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
  const north = (north_(x, y) * 180) / (((AXIS * (1 - ECCENTRICITY)) / (curve * Math.sqrt(curve))) * Math.PI);
  const east = (east_(x, y) * 180) / ((AXIS / Math.sqrt(curve)) * Math.cos(angle) * Math.PI);
  return { latitude: latitude + north, longitude: longitude + east };
}

/** Krasovsky 1940: the semi-major axis in metres, and the eccentricity squared. */
const AXIS = 6_378_245;
const ECCENTRICITY = 0.006693421622965943;

const wave = (at: number, ...terms: [height: number, length: number][]): number =>
  terms.reduce((sum, [height, length]) => sum + height * Math.sin((at * Math.PI) / length), 0) * (2 / 3);

function north_(x: number, y: number): number {
  const plane = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return plane + wave(x, [20, 1 / 6], [20, 1 / 2]) + wave(y, [20, 1], [40, 3], [160, 12], [320, 30]);
}

function east_(x: number, y: number): number {
  const plane = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return plane + wave(x, [20, 1 / 6], [20, 1 / 2]) + wave(x, [20, 1], [40, 3], [150, 12], [300, 30]);
}
