import { listConsents } from '@/api/consents';
import { readService } from '@/api/services';
import type { Consent, Scope, ServiceDetail } from '@/api/types';

/** The consents given, with the icon and the words of each service's live release where it still has one. */
export async function listConsentsInWords(): Promise<Consent[]> {
  const { items } = await listConsents();
  return Promise.all(items.map(inWords));
}

async function inWords(consent: Consent): Promise<Consent> {
  // A service that was taken down leaves the consent with the words kept when it was given.
  const service = await readService(consent.service.id).catch(() => null);
  return service ? dress(consent, service) : consent;
}

export function dress(consent: Consent, service: ServiceDetail): Consent {
  const { icon, name, category } = service;
  return {
    ...consent,
    service: { id: service.id, name, icon, category },
    scopes: consent.scopes.map((scope) => titled(scope, service.scopes)),
  };
}

function titled(scope: Scope, known: readonly Scope[]): Scope {
  const title = known.find((one) => one.name === scope.name)?.title;
  return title ? { ...scope, title } : scope;
}
