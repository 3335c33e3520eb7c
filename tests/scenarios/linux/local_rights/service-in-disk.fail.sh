#!/bin/sh
# params: {"aspect": "groups_approved", "spare": ["root", "tuile", "deploy", "ops"]}
usermod -aG disk games
