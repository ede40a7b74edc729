/**
 * The browser's passkeys (WebAuthn level 3). Options come and credentials go as the JSON of section 5.1; it is read
 * and written by hand because `parseRequestOptionsFromJSON` and `toJSON` are younger than many phones.
 */

export function passkeysSupported(): boolean {
  return typeof PublicKeyCredential === 'function' && typeof navigator.credentials?.get === 'function';
}

/** Whether the browser offers passkeys among its suggestions for the phone field. */
export async function passkeysSuggested(): Promise<boolean> {
  if (!passkeysSupported()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false;
}

export interface UseOptions {
  signal?: AbortSignal;
  /** Waits quietly among the suggestions instead of opening the browser's sheet. */
  suggested?: boolean;
}

/** Asks for a passkey; rejects with a DOMException `NotAllowedError` where the resident does not want to. */
export async function usePasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
  { signal, suggested }: UseOptions = {},
): Promise<unknown> {
  const credential = await navigator.credentials.get({
    publicKey: requestFrom(options),
    ...(signal && { signal }),
    ...(suggested && { mediation: 'conditional' as const }),
  });
  return written(credential);
}

export async function createPasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  return written(await navigator.credentials.create({ publicKey: creationFrom(options) }));
}

export function requestFrom(options: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  const { challenge, allowCredentials, extensions: _none, ...rest } = options;
  return {
    ...(rest as Partial<PublicKeyCredentialRequestOptions>),
    challenge: bytesOf(challenge),
    allowCredentials: described(allowCredentials),
  };
}

export function creationFrom(options: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  const { challenge, user, excludeCredentials, extensions: _none, ...rest } = options;
  return {
    ...(rest as unknown as Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user'>),
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: described(excludeCredentials),
    extensions: { credProps: true },
  };
}

function described(list: PublicKeyCredentialDescriptorJSON[] = []): PublicKeyCredentialDescriptor[] {
  return list.map((one) => ({ ...one, id: bytesOf(one.id) }) as PublicKeyCredentialDescriptor);
}

function written(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('No passkey was chosen.', 'NotAllowedError');
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response: responseOf(credential.response),
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment && { authenticatorAttachment: credential.authenticatorAttachment }),
  };
}

const PARTS = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'] as const;

function responseOf(response: AuthenticatorResponse): Record<string, unknown> {
  const parts = response as Partial<Record<(typeof PARTS)[number], ArrayBuffer | null>>;
  const made: Record<string, unknown> = {};
  for (const part of PARTS) if (parts[part]) made[part] = textOf(parts[part]);
  const transports = (response as Partial<AuthenticatorAttestationResponse>).getTransports?.();
  return transports ? { ...made, transports } : made;
}

/** Base64url, without padding (RFC 4648, section 5). */
export function textOf(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
