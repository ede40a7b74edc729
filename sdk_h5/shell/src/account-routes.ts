/** The pages of the account. Each is loaded when it is first opened, and asks for sign-in before. */
import type { RouteComponent, RouteRecordRaw } from 'vue-router';

type Page = () => Promise<RouteComponent>;

const PAGES: readonly (readonly [path: string, name: string, component: Page])[] = [
  ['/step-up', 'step-up', () => import('@/views/StepUpView.vue')],
  ['/connect/:id', 'connect', () => import('@/views/connect/ConnectView.vue')],
  ['/me/security', 'security', () => import('@/views/security/SecurityView.vue')],
  ['/me/security/password', 'password', () => import('@/views/security/PasswordView.vue')],
  ['/me/security/passkeys', 'passkeys', () => import('@/views/security/PasskeysView.vue')],
  ['/me/security/passkeys/new', 'new-passkey', () => import('@/views/security/NewPasskeyView.vue')],
  ['/me/security/totp', 'totp', () => import('@/views/security/TOTPView.vue')],
  ['/me/security/recovery-codes', 'recovery', () => import('@/views/security/RecoveryView.vue')],
  ['/me/security/events', 'events', () => import('@/views/security/EventsView.vue')],
  ['/me/devices', 'devices', () => import('@/views/DevicesView.vue')],
  ['/me/proofing', 'proofing', () => import('@/views/proofing/ProofingView.vue')],
  ['/me/proofing/name', 'proof-name', () => import('@/views/proofing/NameView.vue')],
  ['/me/proofing/face', 'proof-face', () => import('@/views/proofing/FaceView.vue')],
  ['/me/proofing/counter', 'proof-counter', () => import('@/views/proofing/CounterView.vue')],
  ['/me/mandates', 'mandates', () => import('@/views/mandates/MandatesView.vue')],
  ['/me/mandates/new', 'new-mandate', () => import('@/views/mandates/NewMandateView.vue')],
  ['/me/mandates/:id', 'mandate-acts', () => import('@/views/mandates/MandateActsView.vue')],
  ['/me/connections', 'connections', () => import('@/views/connect/ConnectionsView.vue')],
  ['/me/consents', 'consents', () => import('@/views/ConsentsView.vue')],
  ['/me/consents/history', 'consent-history', () => import('@/views/ConsentHistoryView.vue')],
  ['/me/data', 'data', () => import('@/views/DataView.vue')],
  ['/me/export', 'export', () => import('@/views/account/ExportView.vue')],
  ['/me/account', 'account', () => import('@/views/account/AccountView.vue')],
  ['/me/account/phone', 'account-phone', () => import('@/views/account/PhoneView.vue')],
  ['/me/account/name', 'account-name', () => import('@/views/account/NameView.vue')],
  ['/me/account/merge', 'account-merge', () => import('@/views/account/MergeView.vue')],
  ['/me/account/deletion', 'account-deletion', () => import('@/views/account/DeletionView.vue')],
];

export const accountRoutes: RouteRecordRaw[] = [
  { path: '/connect/error', name: 'connect-error', component: () => import('@/views/connect/ConnectErrorView.vue') },
  ...PAGES.map(([path, name, component]): RouteRecordRaw => ({ path, name, component, meta: { private: true } })),
];
