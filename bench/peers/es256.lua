-- An ES256 token checked for nginx through LuaJIT's FFI on the libcrypto that nginx links already; 10,000 verified
-- tokens are remembered, and what runs out is looked at on every call.
local ffi = require "ffi"
local C = ffi.C
local b64 = require "ngx.base64"
local cjson = require "cjson.safe"
local lru = require "resty.lrucache"
ffi.cdef[[
typedef struct bio_st BIO; typedef struct evp_pkey_st EVP_PKEY; typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD; typedef struct evp_pkey_ctx_st EVP_PKEY_CTX; typedef struct engine_st ENGINE;
BIO *BIO_new_mem_buf(const void *buf, int len);
EVP_PKEY *PEM_read_bio_PUBKEY(BIO *bp, EVP_PKEY **x, void *cb, void *u);
EVP_MD_CTX *EVP_MD_CTX_new(void); int EVP_MD_CTX_reset(EVP_MD_CTX *);
const EVP_MD *EVP_sha256(void);
int EVP_DigestVerifyInit(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *e, EVP_PKEY *pkey);
int EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *sig, size_t siglen, const unsigned char *tbs, size_t tbslen);
void ERR_clear_error(void);
]]
local M = {}
local file = assert(io.open("@DIR@/public.pem")); local pem = file:read("*a"); file:close()
local key = C.PEM_read_bio_PUBKEY(C.BIO_new_mem_buf(pem, #pem), nil, nil, nil)
assert(key ~= nil)
local context = C.EVP_MD_CTX_new()
local remembered = lru.new(10000)

local function der_integer(bytes)
  bytes = bytes:gsub("^%z+", ""); if bytes == "" then bytes = "\0" end
  if bytes:byte(1) >= 128 then bytes = "\0" .. bytes end
  return "\2" .. string.char(#bytes) .. bytes
end

local function verified(token)
  local head, payload, signature = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
  if not head then return nil end
  local header = cjson.decode(b64.decode_base64url(head) or "")
  if type(header) ~= "table" or header.alg ~= "ES256" or header.kid ~= "@KID@" then return nil end
  local raw = b64.decode_base64url(signature)
  if not raw or #raw ~= 64 then return nil end
  local pair = der_integer(raw:sub(1, 32)) .. der_integer(raw:sub(33))
  local der = "\48" .. string.char(#pair) .. pair
  local signed = head .. "." .. payload
  C.EVP_MD_CTX_reset(context)
  if C.EVP_DigestVerifyInit(context, nil, C.EVP_sha256(), nil, key) ~= 1
      or C.EVP_DigestVerify(context, der, #der, signed, #signed) ~= 1 then
    C.ERR_clear_error(); return nil
  end
  local claims = cjson.decode(b64.decode_base64url(payload) or "")
  if type(claims) ~= "table" or claims.iss ~= "@ISSUER@" or claims.aud ~= "@AUDIENCE@" then return nil end
  return claims
end

function M.check()
  local authorization = ngx.var.http_authorization
  local token = authorization and authorization:match("^[Bb]earer ([^%s]+)$")
  if not token then return ngx.exit(401) end
  local claims = remembered:get(token)
  if not claims then
    claims = verified(token)
    if not claims then return ngx.exit(401) end
    remembered:set(token, claims, 300)
  end
  local now = ngx.time()
  if not claims.exp or claims.exp <= now or (claims.nbf and claims.nbf > now) then return ngx.exit(401) end
  if not (" " .. (claims.scope or "") .. " "):find(" @SCOPE@ ", 1, true) then return ngx.exit(403) end
  ngx.var.sub = claims.sub
end
return M
