# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
# What is installed where, in three Debian packages: an AR needs nothing of Kea's, a Kea no agent.
#     cmake --install build/release --component hook|route-agent|relay-agent      or: ./dev package
include(GNUInstallDirs)

# mobility_document(COMPONENT FILES...) - beside the licence, in the package's folder of documents.
function(mobility_document component)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/kea-mobility-${component})
    install(FILES ${ARGN} DESTINATION ${folder} COMPONENT ${component})
    install(FILES LICENSE RENAME copyright DESTINATION ${folder} COMPONENT ${component})
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
mobility_document(route-agent docs/operating.md docs/route-agent.md docs/control-protocol.md CHANGELOG.md)
install(DIRECTORY kea-config/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/kea-mobility-route-agent/examples
    COMPONENT route-agent USE_SOURCE_PERMISSIONS PATTERN .gitignore EXCLUDE)
mobility_service(relay-agent)
mobility_document(relay-agent docs/relay-agent.md kea-config/metro/relay-agent.conf)
if(TARGET dhcp_mobility)
    # Where Kea's own are: Debian's AppArmor profiles let Kea load libraries from nowhere else.
    install(TARGETS dhcp_mobility LIBRARY
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/kea/hooks COMPONENT hook)
    install(TARGETS mobility-check-kea-config
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT hook)
    mobility_document(hook hooks/parameters.md hooks/messages.md
        kea-config/metro/kea-dhcp6.conf kea-config/metro/kea-dhcp4.conf)
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
set(CPACK_PACKAGE_CONTACT "The kea-mobility authors")
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
set(CPACK_DEBIAN_RELAY-AGENT_PACKAGE_DEPENDS systemd)
set(CPACK_COMPONENT_HOOK_DESCRIPTION "DHCP-driven mobility: hook library for Kea
Reads DHCP messages as signs of where a mobile node is, and holds the Reply
until its packets find it there.")
set(CPACK_COMPONENT_ROUTE-AGENT_DESCRIPTION "DHCP-driven mobility: agent of anchors and access routers
Programs tunnels and host routes; on an anchor it owns the table of who is
where.")
set(CPACK_COMPONENT_RELAY-AGENT_DESCRIPTION "DHCP-driven mobility: DHCPv6 and DHCPv4 relay of an access router")
include(CPack)
