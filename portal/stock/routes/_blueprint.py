from flask import Blueprint

blueprint = Blueprint("stock", __name__, url_prefix="/stock")
