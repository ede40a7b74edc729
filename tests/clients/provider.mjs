/**
 * Unmodified oidc-provider as a provider that the city is a client of.
 * Arguments: port, JSON list of clients. Signs whoever comes in as the `login` that its sign-in page is sent.
 */
import { Provider } from 'oidc-provider';

const [port, clients] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: JSON.parse(clients),
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Person ${id}` }) }),
  cookies: { keys: ['a key of the tests'] },
  // its guard against private addresses would keep it from the city of the tests, which is on this machine
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});
provider.on('server_error', (_, error) => console.error(error));
provider.on('backchannel.error', (_, error) => console.error(error));
provider.listen(Number(port), 'localhost', () => console.log('listening'));
