import type { User } from '@onecity/sdk/wire';

/** Made-up people to see a page with: each differs in what a page may have to cope with. */
export const RESIDENTS = {
  usual: { sub: 'mock-resident', name: '张*', phone: '138****0001', loa: 2 },
  /** Proved nothing yet, and consented to nothing. */
  newcomer: { sub: 'mock-newcomer', loa: 1 },
  /** Proved by face or at a counter. */
  proven: { sub: 'mock-proven', name: '王**', phone: '139****0002', loa: 3 },
  /** A name of many characters, and no telephone. */
  longName: { sub: 'mock-long-name', name: '阿***·***************', loa: 2 },
  /** Acts for a child: the `sub` is the child's, name and telephone are left out. */
  guardian: { sub: 'mock-child', loa: 2, actingFor: { name: '张**', kind: 'guardian' } },
  /** Acts for a company. */
  agent: { sub: 'mock-company', loa: 3, actingFor: { name: '上海示例有限公司', kind: 'legal-person' } },
} as const satisfies Record<string, User>;

export type ResidentName = keyof typeof RESIDENTS;
