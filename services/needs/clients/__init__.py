"""Calls out of this service: to the processes that read foreign files for it, and to the gateway's outside channels."""
