/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_PKI_H
#define SUPPORT_PKI_H

#include <openssl/ssl.h>

#include "base/attr.h"

/*
 * A server context with a fresh key and a certificate for `host` (a DNS name or an IP
 * address), signed by a fresh authority whose certificate is written to ca_path. Aborts
 * when OpenSSL refuses: it is for tests.
 */
SSL_CTX *pki_server(const char *host, const char *ca_path) MUST_CHECK;

#endif
