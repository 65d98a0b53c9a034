/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "support/pki.h"

static void
need(int ok, const char *what)
{
	if (ok > 0)
		return;
	fprintf(stderr, "pki: %s\n", what);
	abort();
}

static void
extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	need(ext != NULL && X509_add_ext(cert, ext, -1), "extension");
	X509_EXTENSION_free(ext);
}

static X509 *
make_cert(EVP_PKEY *key, const char *name, long serial)
{
	X509 *cert = X509_new();
	X509_NAME *subject;

	need(cert != NULL, "X509_new");
	need(X509_set_version(cert, 2), "version");
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 24L * 3600);
	need(X509_set_pubkey(cert, key), "key");
	subject = X509_get_subject_name(cert);
	need(X509_NAME_add_entry_by_txt(
		 subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0),
	    "name");
	return cert;
}

SSL_CTX *
pki_server(const char *host, const char *ca_path)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = make_cert(ca_key, "botline test authority", 1);
	X509 *cert = make_cert(key, host, 2);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	struct in_addr v4;
	char san[300];
	FILE *f;

	X509_set_issuer_name(ca, X509_get_subject_name(ca));
	extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
	need(X509_sign(ca, ca_key, EVP_sha256()), "sign authority");

	snprintf(san, sizeof(san), "%s:%s",
	    inet_pton(AF_INET, host, &v4) == 1 ? "IP" : "DNS", host);
	X509_set_issuer_name(cert, X509_get_subject_name(ca));
	extend(cert, ca, NID_subject_alt_name, san);
	need(X509_sign(cert, ca_key, EVP_sha256()), "sign certificate");

	need(SSL_CTX_use_certificate(ctx, cert), "use certificate");
	need(SSL_CTX_use_PrivateKey(ctx, key), "use key");

	f = fopen(ca_path, "w");
	need(f != NULL && PEM_write_X509(f, ca), "write authority");
	need(fclose(f) == 0, "close authority");

	X509_free(ca);
	X509_free(cert);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
	return ctx;
}
