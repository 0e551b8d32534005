// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An anchor for tests of the hook: real TLS, real protocol, and answers as the test says on
// standard input: at once, late, refusing, or never. Prints one JSON line for each message it
// receives.
//
//   answer installed|unchanged|deferred|refused|unattested|never      delay MILLISECONDS
//   refuse PREFIX (this one only: over IP address limit)   associations accept|refuse
//   quit
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "core/protocol.h"
#include "core/session.h"
#include "core/wire.h"
#include "transport/listener.h"

namespace {

using namespace mobility;
using nlohmann::json;
namespace asio = boost::asio;

Instant now() { return std::chrono::steady_clock::now(); }

void print(json line) {
    line["at"] = std::chrono::duration<double>(now().time_since_epoch()).count();
    std::cout << line.dump() << "\n" << std::flush;
}

json text_of(const std::vector<Item>& items) {
    json result = json::array();
    for (const auto& item : items) {
        result.push_back({{"prefix", item.prefix.text()},
                          {"iaid", item.iaid},
                          {"remaining", item.remaining.count()}});
    }
    return result;
}

json hexadecimal(const std::string& bytes) { return MnId{bytes}.text(); }

struct Behaviour {
    std::string answer = "installed";
    std::string refused_prefix;
    Milliseconds delay{0};
    bool refuses_associations = false;
};

class TwinSession final : public SessionUser {
public:
    TwinSession(asio::io_context& io, Connection& connection, const Behaviour& behaviour)
        : io_(io), behaviour_(behaviour), session_(connection, *this, {}, now()) {
        beat();
    }

    Session& session() { return session_; }

    void message(Session&, const control::Message& message) override {
        if (message.has_associate()) {
            associate(message.associate());
        } else if (message.has_full_state_begin()) {
            print({{"message", "list-begin"}});
        } else if (message.has_full_state_end()) {
            print({{"message", "list-end"}});
        } else if (message.has_mn_address_list()) {
            page(message.mn_address_list());
        } else if (message.has_mn_address_setup()) {
            setup(message);
        } else if (message.has_mn_address_remove()) {
            removed(message);
        }
    }
    void drained(Session&) override {}
    void closed(Session&, const std::string& reason) override {
        print({{"message", "closed"}, {"reason", reason}});
        heartbeat_.cancel();
    }

private:
    void associate(const control::Associate& associate) {
        json prefixes = json::array();
        for (const auto& prefix : associate.prefixes()) {
            prefixes.push_back(wire::read(prefix)->text());
        }
        print({{"message", "associate"},
               {"identity", associate.identity()},
               {"lease-domain", associate.lease_domain()},
               {"prefixes", prefixes}});
        control::Message reply;
        reply.mutable_associate_reply()->set_version(kControlVersion);
        reply.mutable_associate_reply()->set_code(behaviour_.refuses_associations
                                                      ? control::CODE_NOT_AUTHORIZED
                                                      : control::CODE_INSTALLED);
        reply.mutable_associate_reply()->set_text("as the test wants it");
        session_.send(reply);
    }

    void setup(const control::Message& message) {
        const auto event = wire::read(message.mn_address_setup(), now());
        if (!event) {
            print({{"message", "malformed"}, {"error", event.error()}});
            return;
        }
        print({{"message", "setup"},
               {"mn", event->mn.text()},
               {"proof", event->proof == Proof::kCommit ? "commit" : "lookup"},
               {"transaction", event->order.transaction},
               {"elapsed", event->order.elapsed.count()},
               {"coarse", event->order.coarse},
               {"age", message.mn_address_setup().age_ms()},
               {"source", event->attachment.relay_source.text()},
               {"link", event->attachment.link_address.text()},
               {"interface", event->attachment.interface_id},
               {"mac", hexadecimal(event->attachment.link_layer.bytes)},
               {"link-local", event->attachment.link_local.text()},
               {"items", text_of(event->items)}});
        if (behaviour_.answer == "never") return;
        answer_later(message.number(), answers_to(*event));
    }

    void removed(const control::Message& message) {
        const auto event = wire::read(message.mn_address_remove());
        json prefixes = json::array();
        for (const auto& prefix : event->prefixes) prefixes.push_back(prefix.text());
        print({{"message", "remove"},
               {"mn", event->mn ? json(event->mn->text()) : json()},
               {"reason", static_cast<int>(event->reason)},
               {"prefixes", prefixes}});
        acknowledge(message.number(), std::vector(event->prefixes.size(), Answer{}));
    }

    void page(const control::MnAddressList& message) {
        json prefixes = json::array();
        json listed = json::array();
        const auto entries = wire::read(message);
        for (const auto& entry : *entries) {
            prefixes.push_back(entry.item.prefix.text());
            listed.push_back({{"prefix", entry.item.prefix.text()}, {"mn", entry.mn.text()}});
        }
        print({{"message", "page"}, {"prefixes", prefixes}, {"entries", listed}});
    }

    std::vector<Answer> answers_to(const Attached& event) const {
        Answer answer;
        if (behaviour_.answer == "unchanged") answer.verdict = Verdict::kUnchanged;
        if (behaviour_.answer == "deferred") answer.verdict = Verdict::kDeferred;
        if (behaviour_.answer == "refused") {
            answer = {Verdict::kRefused, Refusal::kUnknownAccessRouter, "the test says so"};
        }
        if (behaviour_.answer == "unattested") {
            answer = {Verdict::kRefused, Refusal::kNotAttested, "the test says so"};
        }
        std::vector answers(event.items.size(), answer);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (event.items[i].prefix.text() != behaviour_.refused_prefix) continue;
            answers[i] = {Verdict::kRefused, Refusal::kOverIpAddressLimit, "the test says so"};
        }
        return answers;
    }

    void answer_later(std::uint64_t number, const std::vector<Answer>& answers) {
        if (behaviour_.delay.count() == 0) {
            acknowledge(number, answers);
            return;
        }
        auto timer = std::make_shared<asio::steady_timer>(io_, behaviour_.delay);
        timer->async_wait([this, timer, number, answers](const boost::system::error_code&) {
            acknowledge(number, answers);
        });
    }

    void acknowledge(std::uint64_t number, const std::vector<Answer>& answers) {
        control::Message message;
        message.mutable_acknowledgement()->set_number(number);
        wire::write(answers, *message.mutable_acknowledgement());
        message.mutable_acknowledgement()->set_number(number);
        session_.send(message);
    }

    void beat() {
        heartbeat_.expires_after(Milliseconds(250));
        heartbeat_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            session_.tick(now());
            beat();
        });
    }

    asio::io_context& io_;
    const Behaviour& behaviour_;
    Session session_;
    asio::steady_timer heartbeat_{io_};
};

class Twin final : public ListenerUser {
public:
    explicit Twin(asio::io_context& io) : io_(io), input_(io, ::dup(STDIN_FILENO)) { read(); }

    ConnectionUser* accepted(Connection& connection) override {
        sessions_.push_back(std::make_unique<TwinSession>(io_, connection, behaviour_));
        return &sessions_.back()->session();
    }
    void refused(const std::string& peer, const std::string& reason) override {
        print({{"message", "refused"}, {"peer", peer}, {"reason", reason}});
    }

private:
    void read() {
        asio::async_read_until(input_, buffer_, '\n',
                               [this](const boost::system::error_code& error, std::size_t) {
                                   if (error) {
                                       io_.stop();
                                       return;
                                   }
                                   std::istream stream(&buffer_);
                                   std::string line;
                                   std::getline(stream, line);
                                   obey(line);
                                   read();
                               });
    }

    void obey(const std::string& line) {
        std::istringstream words(line);
        std::string verb;
        std::string value;
        words >> verb >> value;
        if (verb == "answer") behaviour_.answer = value;
        if (verb == "refuse") behaviour_.refused_prefix = value;
        if (verb == "delay") behaviour_.delay = Milliseconds(std::stol(value));
        if (verb == "associations") behaviour_.refuses_associations = value == "refuse";
        if (verb == "quit") io_.stop();
        print({{"message", "obeyed"}, {"command", line}});
    }

    asio::io_context& io_;
    asio::posix::stream_descriptor input_;
    asio::streambuf buffer_;
    Behaviour behaviour_;
    std::vector<std::unique_ptr<TwinSession>> sessions_;
};

}  // namespace

int main(int count, char** words) {
    if (count != 6) {
        std::cerr << "usage: anchor_twin CERTIFICATE KEY TRUST-ANCHOR ADDRESS PORT\n";
        return 2;
    }
    const auto identity = TlsIdentity::load({words[1], words[2], words[3], ""});
    const auto address = IpAddress::parse(words[4]);
    if (!identity || !address) {
        std::cerr << (identity ? address.error() : identity.error()) << "\n";
        return 2;
    }
    asio::io_context io;
    Twin twin(io);
    ListenerSettings settings;
    settings.address = {*address, static_cast<std::uint16_t>(std::atoi(words[5]))};
    Listener listener(io, *identity, settings, twin);
    print({{"message", "listening"}, {"port", listener.address().port}});
    io.run();
    return 0;
}
