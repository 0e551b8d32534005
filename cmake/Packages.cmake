# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
# What is installed where, in three Debian packages: an AR needs nothing of Kea's, a Kea no agent.
#     cmake --install build/release --component hook|route-agent|relay-agent      or: ./dev package
include(GNUInstallDirs)

# What an operator reads, in each package and in the places of the source, so that links lead somewhere
# on every machine. Not compressed: a link leads to a file's own name.
set(documents CHANGELOG.md docs/architecture.md docs/control-protocol.md docs/operating.md
    docs/relay-agent.md docs/route-agent.md hooks/messages.md hooks/parameters.md core/control.proto)

# Debian wants an address where the maker of a package is asked, and there is none (RFC 6761). Who publishes it sets
# theirs: cmake -DCPACK_PACKAGE_CONTACT="NAME <ADDRESS>". The time is SOURCE_DATE_EPOCH, where that is set.
if(NOT CPACK_PACKAGE_CONTACT)
    set(CPACK_PACKAGE_CONTACT "The kea-mobility authors <authors@kea-mobility.invalid>")
endif()
string(TIMESTAMP packaged "%a, %d %b %Y %H:%M:%S +0000" UTC)
find_program(GZIP_PROGRAM gzip REQUIRED)

# compressed(OUTPUT FILE) - FILE with @VARIABLES@ replaced, compressed as Debian has it; OUTPUT is set to its path.
function(compressed output file)
    string(REGEX REPLACE "^.*/|\\.in$" "" name ${file})
    set(plain ${PROJECT_BINARY_DIR}/packages/${name})
    configure_file(${file} ${plain} @ONLY)
    add_custom_command(OUTPUT ${plain}.gz DEPENDS ${plain} VERBATIM
        COMMAND ${GZIP_PROGRAM} --best --no-name --keep --force ${plain})
    string(MAKE_C_IDENTIFIER compressed_${name} target)
    add_custom_target(${target} ALL DEPENDS ${plain}.gz)
    set(${output} ${plain}.gz PARENT_SCOPE)
endfunction()

compressed(changelog cmake/packages/changelog.in)

# mobility_documents(COMPONENT) - in the package's folder of documents.
function(mobility_documents component)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/kea-mobility-${component})
    foreach(document IN LISTS documents)
        get_filename_component(place ${document} DIRECTORY)
        install(FILES ${document} DESTINATION ${folder}/${place} COMPONENT ${component})
    endforeach()
    install(PROGRAMS docs/read-capture DESTINATION ${folder}/docs COMPONENT ${component})
    install(DIRECTORY docs/adr DESTINATION ${folder}/docs COMPONENT ${component})
    install(DIRECTORY kea-config DESTINATION ${folder} COMPONENT ${component}
        PATTERN .gitignore EXCLUDE PATTERN *make-certificates* EXCLUDE)
    install(FILES cmake/packages/copyright cmake/packages/README.Debian ${changelog}
        DESTINATION ${folder} COMPONENT ${component})
endfunction()

# mobility_manual(COMPONENT PAGES...) - manual pages, each beside the sources of its program.
function(mobility_manual component)
    foreach(page IN LISTS ARGN)
        compressed(made ${page})
        string(REGEX MATCH "[1-9]$" section ${page})
        install(FILES ${made} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${component})
    endforeach()
endfunction()

# What both daemons' units say of the rights that nobody needs (systemd.exec(5)).
file(READ cmake/packages/confinement confinement)

# mobility_service(COMPONENT) - the daemon mobility-COMPONENT, its unit, its account and the scripts
# of its package. The unit stands beside the daemon's sources.
function(mobility_service component)
    set(program mobility-${component})
    set(made ${PROJECT_BINARY_DIR}/packages/${component})
    configure_file(${component}/${program}.service.in ${made}/${program}.service @ONLY)
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR} COMPONENT ${component})
    install(FILES ${made}/${program}.service DESTINATION lib/systemd/system COMPONENT ${component})
    install(FILES cmake/packages/sysusers.conf RENAME ${program}.conf
        DESTINATION lib/sysusers.d COMPONENT ${component})
    foreach(script postinst prerm postrm)
        configure_file(cmake/packages/${script}.in ${made}/${script} @ONLY
            FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                WORLD_READ WORLD_EXECUTE)
        list(APPEND scripts ${made}/${script})
    endforeach()
    string(TOUPPER ${component} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA "${scripts}" PARENT_SCOPE)
endfunction()

mobility_service(route-agent)
mobility_documents(route-agent)
install(PROGRAMS kea-config/make-certificates RENAME mobility-make-certificates
    DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT route-agent)
mobility_manual(route-agent
    route-agent/mobility-route-agent.8 kea-config/mobility-make-certificates.1)
mobility_service(relay-agent)
mobility_documents(relay-agent)
mobility_manual(relay-agent relay-agent/mobility-relay-agent.8)
if(TARGET dhcp_mobility)
    # Where Kea's own are: Debian's AppArmor profiles let Kea load libraries from nowhere else.
    install(TARGETS dhcp_mobility LIBRARY
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/kea/hooks COMPONENT hook)
    install(TARGETS mobility-check-kea-config
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT hook)
    mobility_documents(hook)
    set(hooks ${CMAKE_INSTALL_FULL_LIBDIR}/kea/hooks)
    mobility_manual(hook hooks/libdhcp_mobility.8 hooks/mobility-check-kea-config.8)
    set(hook hook)
    # Kea loads what was built for its own release only, and does not start otherwise.
    file(STRINGS ${KEA_INCLUDE_DIR}/hooks/hooks.h release REGEX "KEA_HOOKS_VERSION = [0-9]+")
    string(REGEX MATCH "[0-9]+" release "${release}")
    math(EXPR major "${release} / 10000")
    math(EXPR minor "${release} / 100 % 100")
    math(EXPR patch "${release} % 100")
    math(EXPR next "${patch} + 1")
    set(CPACK_DEBIAN_HOOK_PACKAGE_BREAKS
        "kea-common (<< ${major}.${minor}.${patch}), kea-common (>= ${major}.${minor}.${next}~)")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME kea-mobility)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_COMPONENTS_ALL ${hook} route-agent relay-agent)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_HOOK_PACKAGE_RECOMMENDS "kea-dhcp6-server | kea-dhcp4-server")
set(CPACK_DEBIAN_ROUTE-AGENT_PACKAGE_DEPENDS systemd)
set(CPACK_DEBIAN_ROUTE-AGENT_PACKAGE_RECOMMENDS openssl)
set(CPACK_DEBIAN_RELAY-AGENT_PACKAGE_DEPENDS systemd)
set(CPACK_COMPONENT_HOOK_DESCRIPTION "DHCP-driven mobility: hook library for Kea
Reads DHCP messages as signs of where a mobile node is, and holds the Reply
until its packets find it there.")
set(CPACK_COMPONENT_ROUTE-AGENT_DESCRIPTION "DHCP-driven mobility: agent of anchors and access routers
Programs tunnels and host routes; on an anchor it owns the table of who is
where.")
set(CPACK_COMPONENT_RELAY-AGENT_DESCRIPTION "DHCP-driven mobility: DHCPv6 and DHCPv4 relay of an access router
Tells DHCP servers at which access link each client is, so that Kea's hook
library can see it move.")
include(CPack)
