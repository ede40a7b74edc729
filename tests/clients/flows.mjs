/**
 * Unmodified openid-client against a running city: every flow that a client may need, and what a careful client refuses.
 * JSON in: issuer, cookie (a resident's session), callback, afterwards, clients, key (JWK), port (for logout tokens).
 * JSON out: {flow: "passed" | what went wrong}.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose';
import * as client from 'openid-client';

const given = JSON.parse(await text(process.stdin));
const { issuer, cookie, callback, afterwards, clients } = given;
const insecure = { execute: [client.allowInsecureRequests] };
const privateKey = await importJWK(given.key, 'ES256');

const discover = (id, authentication, metadata = {}) =>
  client.discovery(new URL(issuer), id, metadata, authentication, insecure);
const open = () => discover(clients.public.id, client.None());
const secret = () => discover(clients.basic.id, client.ClientSecretBasic(clients.basic.secret));
const signed = () => discover(clients.key.id, client.PrivateKeyJwt({ key: privateKey, kid: given.key.kid }));

function must(fact, what) {
  if (!fact) throw new Error(what);
}

/** `work` must fail, with `code` as the OAuth error or as the client's own. */
async function refused(work, code) {
  try {
    await work();
  } catch (error) {
    const said = [error.error, error.code, error.cause?.code, error.cause?.error, error.message];
    must(said.includes(code), `refused by ${said}, not by ${code}`);
    return error;
  }
  throw new Error(`not refused: ${code}`);
}

/** What the resident's browser does: goes where it is sent, and agrees. Gives the address of the client it ends at. */
async function browse(address) {
  const jar = new Map([cookie.split('=')].map(([name, ...value]) => [name, value.join('=')]));
  const headers = () => ({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
  let next = new URL(address);
  for (let step = 0; step < 10; step += 1) {
    if (!next.href.startsWith(`${issuer}/`)) return next;
    const asked = next.pathname.match(/^\/connect\/([^/]+)$/);
    if (asked) {
      const path = `${issuer}/api/v1/authorizations/${asked[1]}`;
      const shown = await (await fetch(path, { headers: headers() })).json();
      const body = JSON.stringify({ allow: true, scopes: shown.scopes.map((each) => each.name) });
      const decided = await fetch(`${path}/decision`, {
        method: 'POST',
        headers: { ...headers(), origin: issuer, 'content-type': 'application/json' },
        body,
      });
      must(decided.ok, `decision: ${decided.status}`);
      next = new URL((await decided.json()).redirect, issuer);
      continue;
    }
    const answered = await fetch(next, { redirect: 'manual', headers: headers() });
    for (const line of answered.headers.getSetCookie()) {
      const [name, ...value] = line.split(';')[0].split('=');
      jar.set(name, value.join('='));
    }
    must(answered.headers.has('location'), `${next.pathname}: ${answered.status} ${await answered.text()}`);
    next = new URL(answered.headers.get('location'), next);
  }
  throw new Error('sent round in circles');
}

/** A whole sign-in; `options.change` may alter the address that comes back. */
async function signIn(config, { scope = 'openid profile offline_access', par = false, dpop, change, jkt } = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const parameters = {
    redirect_uri: callback,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...(jkt ? { dpop_jkt: jkt } : {}),
  };
  const address = par
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: dpop })
    : client.buildAuthorizationUrl(config, parameters);
  const back = await browse(address);
  change?.(back);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, back, checks, undefined, { DPoP: dpop });
  return { tokens, back, checks };
}

/** The resource answers this access token: what openid-client finds at userinfo. */
const reads = (config, tokens, options) =>
  client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options);

const flows = {
  async 'code and PKCE, public client'() {
    const config = await open();
    const { tokens } = await signIn(config);
    must(tokens.claims().sub && tokens.claims().sid && tokens.claims().acr, 'sub, sid and acr');
    must((await reads(config, tokens)).sub === tokens.claims().sub, 'userinfo');
  },
  async 'code and PKCE, client_secret_basic'() {
    const config = await secret();
    await reads(config, (await signIn(config)).tokens);
  },
  async 'code and PKCE, private_key_jwt'() {
    const config = await signed();
    await reads(config, (await signIn(config)).tokens);
  },
  async 'pushed authorization request'() {
    for (const config of [await open(), await secret(), await signed()]) await signIn(config, { par: true });
  },
  async 'DPoP with nonce'() {
    const config = await open();
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const { tokens } = await signIn(config, { par: true, dpop, jkt: await dpop.calculateThumbprint() });
    must(tokens.token_type === 'dpop', tokens.token_type);
    await reads(config, tokens, { DPoP: dpop });
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: dpop });
    must(renewed.token_type === 'dpop', renewed.token_type);
    const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    await refused(
      () => client.refreshTokenGrant(config, renewed.refresh_token, undefined, { DPoP: other }),
      'invalid_grant',
    );
    await refused(
      () => client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck),
      'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
    );
  },
  async 'refresh'() {
    const config = await secret();
    const { tokens } = await signIn(config);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    must(renewed.refresh_token && renewed.refresh_token !== tokens.refresh_token, 'a new refresh token');
    must(renewed.claims().sub === tokens.claims().sub, 'the same sub');
    await client.fetchUserInfo(config, renewed.access_token, tokens.claims().sub);
  },
  async 'a reused refresh token ends the family'() {
    const config = await open();
    const { tokens } = await signIn(config);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    await refused(() => client.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant');
    await refused(() => client.refreshTokenGrant(config, renewed.refresh_token), 'invalid_grant');
    await refused(
      () => client.fetchUserInfo(config, renewed.access_token, tokens.claims().sub),
      'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
    );
  },
  async 'a replayed code is refused, and ends what came of it'() {
    const config = await open();
    const { tokens, back, checks } = await signIn(config);
    await refused(() => client.authorizationCodeGrant(config, back, checks), 'invalid_grant');
    await refused(() => client.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant');
  },
  async 'a wrong iss is refused by the client'() {
    const change = (back) => back.searchParams.set('iss', 'https://evil.example');
    await refused(async () => signIn(await open(), { change }), 'OAUTH_INVALID_RESPONSE');
  },
  async 'a missing iss is refused by the client'() {
    const change = (back) => back.searchParams.delete('iss');
    await refused(async () => signIn(await open(), { change }), 'OAUTH_INVALID_RESPONSE');
  },
  async 'a wrong state is refused by the client'() {
    const change = (back) => back.searchParams.set('state', 'made-up');
    await refused(async () => signIn(await open(), { change }), 'OAUTH_INVALID_RESPONSE');
  },
  async 'RS256 ID token'() {
    const metadata = { id_token_signed_response_alg: 'RS256' };
    const config = await discover(clients.rs256.id, client.ClientSecretBasic(clients.rs256.secret), metadata);
    client.enableNonRepudiationChecks(config);
    const { tokens } = await signIn(config);
    const head = JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url'));
    must(head.alg === 'RS256', head.alg);
  },
  async 'ES256 ID token, signature checked by the client'() {
    const config = await discover(clients.public.id, client.None(), { id_token_signed_response_alg: 'ES256' });
    client.enableNonRepudiationChecks(config);
    await signIn(config);
  },
  async 'introspection'() {
    const config = await secret();
    const { tokens } = await signIn(config);
    const access = await client.tokenIntrospection(config, tokens.access_token);
    must(access.active && access.sub === tokens.claims().sub && access.client_id === clients.basic.id, 'active');
    must((await client.tokenIntrospection(config, tokens.refresh_token)).active, 'the refresh token');
    const others = await client.tokenIntrospection(await signed(), tokens.access_token);
    must(others.active === false && Object.keys(others).length === 1, 'another client learns nothing');
  },
  async 'revocation'() {
    for (const name of ['access_token', 'refresh_token']) {
      const config = await secret();
      const { tokens } = await signIn(config);
      await client.tokenRevocation(await signed(), tokens[name]);
      must((await client.tokenIntrospection(config, tokens.access_token)).active, 'not by another client');
      await client.tokenRevocation(config, tokens[name]);
      must(!(await client.tokenIntrospection(config, tokens.access_token)).active, `access after ${name}`);
      await refused(() => client.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant');
    }
  },
  async 'token exchange'() {
    const config = await secret();
    const { tokens } = await signIn(config);
    const exchanged = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: tokens.access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'urn:onecity:department:dept-one',
    });
    must(exchanged.expires_in <= 60, 'a minute');
    const jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    const { payload } = await jwtVerify(exchanged.access_token, jwks, {
      issuer,
      audience: 'urn:onecity:department:dept-one',
      typ: 'at+jwt',
    });
    must(payload.act.sub === clients.basic.id && payload.sub !== tokens.claims().sub, 'act and sub');
  },
  /** Last: it ends the session that the others go by. */
  async 'end session and back-channel logout'() {
    const config = await discover(clients.logout.id, client.ClientSecretBasic(clients.logout.secret));
    const { tokens } = await signIn(config, { scope: 'openid' });
    const told = new Promise((resolve) => {
      const server = createServer(async (request, response) => {
        response.end();
        server.close();
        resolve(new URLSearchParams(await text(request)).get('logout_token'));
      }).listen(given.port, '127.0.0.1');
      setTimeout(() => resolve(null), 10_000).unref();
    });
    const leaving = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: afterwards,
      state: 'a-state',
    });
    must((await browse(leaving)).href === `${afterwards}?state=a-state`, 'sent back');
    const logoutToken = await told;
    must(logoutToken, 'no logout token came');
    const jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    const { payload } = await jwtVerify(logoutToken, jwks, { issuer, audience: clients.logout.id, typ: 'logout+jwt' });
    must(payload.sid === tokens.claims().sid && payload.sub === tokens.claims().sub, 'sid and sub');
    must('http://schemas.openid.net/event/backchannel-logout' in payload.events && !('nonce' in payload), 'events');
    await refused(() => client.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant');
  },
};

const outcome = {};
for (const [name, flow] of Object.entries(flows)) {
  try {
    await flow();
    outcome[name] = 'passed';
  } catch (error) {
    outcome[name] = `${error?.code ?? ''} ${error?.error ?? ''} ${error?.error_description ?? ''} ${error?.stack ?? error}`;
  }
}
process.stdout.write(JSON.stringify(outcome));
