import { describe, expect, it } from 'vitest';
import { toGCJ02 } from '../../shims/gcj02.js';

describe('the shift to GCJ-02', () => {
  it.each([
    ['Shanghai', 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
    ['Shenzhen', 22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
    ['Beijing', 39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
  ])('is the one that maps use, in %s', (_, latitude, longitude, north, east) => {
    const shifted = toGCJ02(latitude, longitude);
    expect(shifted.latitude).toBeCloseTo(north, 6);
    expect(shifted.longitude).toBeCloseTo(east, 6);
  });

  it('is none abroad', () => {
    expect(toGCJ02(48.8583, 2.2945)).toEqual({ latitude: 48.8583, longitude: 2.2945 });
  });
});
