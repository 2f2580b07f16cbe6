//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A TLS connection that is cut off. The certificate is made here, in memory.
#include "scenario.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace demo {
namespace {

namespace ssl = asio::ssl;
using asyncio::errc;

template <auto Free> struct free_with {
    template <class T> void operator()(T* object) const noexcept { Free(object); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, free_with<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, free_with<X509_free>>;

void require(bool done, char const* what) {
    if (!done)
        throw std::runtime_error(what);
}

certificate_ptr self_signed(EVP_PKEY* key) {
    certificate_ptr certificate(X509_new());
    require(certificate != nullptr, "X509_new");
    X509* const c = certificate.get();
    X509_NAME* const name = X509_get_subject_name(c);
    auto const* const host = reinterpret_cast<unsigned char const*>("localhost");
    require(X509_set_version(c, 2) == 1, "X509_set_version");
    require(ASN1_INTEGER_set(X509_get_serialNumber(c), 1) == 1, "ASN1_INTEGER_set");
    require(X509_gmtime_adj(X509_getm_notBefore(c), -3600) != nullptr, "notBefore");
    require(X509_gmtime_adj(X509_getm_notAfter(c), 3600) != nullptr, "notAfter");
    require(X509_set_pubkey(c, key) == 1, "X509_set_pubkey");
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0) == 1, "X509_NAME_add_entry_by_txt");
    require(X509_set_issuer_name(c, name) == 1, "X509_set_issuer_name");
    require(X509_sign(c, key, EVP_sha256()) != 0, "X509_sign");
    return certificate;
}

// The contexts of a server, and of a client that trusts it and no other.
struct contexts {
    contexts() {
        key_ptr const key(EVP_EC_gen("P-256"));
        require(key != nullptr, "EVP_EC_gen");
        certificate_ptr const certificate = self_signed(key.get());
        require(SSL_CTX_use_certificate(server.native_handle(), certificate.get()) == 1, "SSL_CTX_use_certificate");
        require(SSL_CTX_use_PrivateKey(server.native_handle(), key.get()) == 1, "SSL_CTX_use_PrivateKey");
        require(X509_STORE_add_cert(SSL_CTX_get_cert_store(client.native_handle()), certificate.get()) == 1,
                "X509_STORE_add_cert");
        client.set_verify_mode(ssl::verify_peer);
    }

    ssl::context server{ssl::context::tls_server};
    ssl::context client{ssl::context::tls_client};
};

// The server sends 3 bytes and closes the socket, without TLS's own goodbye: an attacker could have cut it.
class tls_is_cut_off {
public:
    explicit tls_is_cut_off(asio::io_context& io) : peers_(io) {
        server_.async_handshake(ssl::stream_base::server, [](error_code const& code) { throw_if(code); });
        client_.async_handshake(ssl::stream_base::client, [](error_code const& code) { throw_if(code); });
        io.run_for(patience);
        io.restart();
        asio::write(server_, asio::buffer("abc", 3));
        server_.next_layer().close();
    }

    template <class Token> auto start(Token&& token) {
        return asio::async_read(client_, asio::buffer(data_), std::forward<Token>(token));
    }

private:
    static void throw_if(error_code const& code) {
        if (code.failed())
            throw boost::system::system_error(code, "handshake");
    }

    connection peers_;
    contexts contexts_;
    ssl::stream<asio::ip::tcp::socket&> server_{peers_.far, contexts_.server};
    ssl::stream<asio::ip::tcp::socket&> client_{peers_.near, contexts_.client};
    std::array<char, 10> data_;
};

} // namespace

void observe_tls(observations& all) {
    observe<tls_is_cut_off>(all, {.story = "TLS is cut off without a goodbye",
                                  .code = "asio.ssl.stream:1",
                                  .conditions = {errc::incomplete_read, errc::eof},
                                  .exception = "incomplete_read_error",
                                  .bytes = 3});
}

} // namespace demo
