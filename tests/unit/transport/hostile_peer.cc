// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Peers that do not keep the rules.
#include "tests/unit/transport/hostile_peer.h"

#include <openssl/err.h>

#include <stdexcept>

namespace mobility::testing {

BarePeer::BarePeer(const SocketAddress& listener)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    NativeAddress to(listener);
    if (::connect(descriptor_.get(), to.get(), to.length) != 0) {
        throw std::runtime_error("connect to " + listener.text() + ": " + error_text(errno));
    }
}

void BarePeer::send(const std::string& bytes) {
    if (::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) over = true;
}

void BarePeer::receive() {
    char bytes[4096];
    for (;;) {
        const ssize_t count = ::recv(descriptor_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
        if (count > 0) {
            received.append(bytes, static_cast<std::size_t>(count));
            continue;
        }
        if (count == 0 || errno != EAGAIN) over = true;
        return;
    }
}

HandMadeClient::HandMadeClient(const SocketAddress& listener, const HandMade& settings)
    : peer_(listener),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
    SSL_CTX_set_min_proto_version(context_.get(), settings.lowest);
    SSL_CTX_set_max_proto_version(context_.get(), settings.highest);
    if (!settings.files.certificate.empty()) {
        SSL_CTX_use_certificate_chain_file(context_.get(), settings.files.certificate.c_str());
        SSL_CTX_use_PrivateKey_file(context_.get(), settings.files.key.c_str(), SSL_FILETYPE_PEM);
    }
    ssl_.reset(SSL_new(context_.get()));
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_connect_state(ssl_.get());
}

bool HandMadeClient::advance(std::size_t& budget) {
    peer_.receive();
    BIO_write(in_, peer_.received.data(), static_cast<int>(peer_.received.size()));
    peer_.received.clear();
    ERR_clear_error();
    SSL_do_handshake(ssl_.get());
    ERR_clear_error();
    push(budget);
    return !peer_.over;
}

void HandMadeClient::push(std::size_t& budget) {
    char bytes[4096];
    for (int count = 0; (count = BIO_read(out_, bytes, sizeof bytes)) > 0;) {
        unsent_.append(bytes, static_cast<std::size_t>(count));
    }
    const std::string now = unsent_.substr(0, budget);
    if (!now.empty()) peer_.send(now);
    unsent_.erase(0, now.size());
    budget -= now.size();
}

void HandMadeClient::write(const std::string& bytes) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    std::size_t all = std::string::npos;
    push(all);
}

}  // namespace mobility::testing
