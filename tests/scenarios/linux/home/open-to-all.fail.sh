#!/bin/sh
# params: {"aspect": "private", "mode": "0750", "spare": ["cshy"]}
chmod 0755 /home/ops /home/cshy
chmod 2770 /home/nosudo
chmod 0700 /home/deploy /home/fishy
