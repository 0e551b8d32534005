// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A peer that does not keep the rules: a bare TCP connection, or a TLS client made by hand whose
// bytes can be held back at any point.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "tests/unit/transport/loop.h"
#include "transport/native_socket.h"

namespace mobility::testing {

/// A TCP connection that sends exactly what it is told to. Never blocks.
class BarePeer {
public:
    explicit BarePeer(const SocketAddress& listener);

    void send(const std::string& bytes);
    /// What has arrived, added up; `over` once the other side has ended the connection.
    void receive();
    /// No more is sent; the other direction stays open.
    void finish() { ::shutdown(descriptor_.get(), SHUT_WR); }
    int native() const { return descriptor_.get(); }

    std::string received;
    bool over = false;

private:
    Descriptor descriptor_;
};

/// What a hand-made TLS client shows and speaks.
struct HandMade {
    TlsFiles files = {};  ///< certificate and key; empty: none is shown
    int lowest = TLS1_2_VERSION;
    int highest = TLS1_3_VERSION;
};

/// Speaks TLS with a listener, byte by byte.
class HandMadeClient {
public:
    HandMadeClient(const SocketAddress& listener, const HandMade& settings);

    /// Does what can be done now and sends at most `budget` bytes of it, which is reduced.
    /// Returns false at the end of the connection.
    bool advance(std::size_t& budget);
    bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
    /// Sends it without reading what has arrived.
    void write(const std::string& bytes);
    BarePeer& wire() { return peer_; }

private:
    void push(std::size_t& budget);

    BarePeer peer_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    BIO* in_;
    BIO* out_;
    std::string unsent_;
};

}  // namespace mobility::testing
