# SPDX-License-Identifier: Apache-2.0
"""What the integration tests, the demo and the picture of the phone stand on.

    tap         tests as functions, results as TAP
    proc        child processes, bounded waits, private folders
    conf        conf/custom written from a dictionary
    apache      an Apache in the foreground, on one of three roads
    stack       sandbox + botline + Apache, started and stopped together
    twilio      webhooks signed and posted, replies read strictly
    phone       the sandbox's own interface: say, answer, break, count
    desk        HyperChat and Twilio's REST API in the sandbox: agents, events, messages
    customer    a person who talks to an agent
    house       a stack for files: servers of our own beside Twilio and HyperChat
    peer        a web server that misbehaves and notes who asks
    fcgi        FastCGI records by hand, for peers that misbehave
    talk        conversations as data files
    webdriver   a browser
"""
